//! What a list is asked for, as the address holds it.

use super::{Listed, Whose};
use crate::place::Place;
use api::name;
use api::project::{EntityQuery, EntitySort, Visibility};

/// The keys of the query that filter, besides the page.
pub const FILTERS: &[&str] = &["q", "tags", "visibility", "ready", "env"];

/// The order in a query; anything else is the default.
fn sort_of(text: &str) -> Option<EntitySort> {
    match text {
        "created" => Some(EntitySort::Created),
        "name" => Some(EntitySort::Name),
        "stars" => Some(EntitySort::Stars),
        "forks" => Some(EntitySort::Forks),
        _ => None,
    }
}

/// The tags in a query; what cannot be one is left out.
pub fn tags_of(text: &str) -> Vec<String> {
    let tags = text.split(',').filter(|tag| name::check_tag(tag).is_ok());
    name::tags(&tags.collect::<Vec<_>>()).unwrap_or_default()
}

/// The tags of a query with one more, or without it where it is among them.
pub fn toggled(tags: &[String], tag: &str) -> String {
    let mut tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    match tags.iter().position(|own| *own == tag) {
        Some(at) => {
            tags.remove(at);
        }
        None => tags.push(tag),
    }
    tags.join(",")
}

fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// What the address asks for; tracked.
pub fn asked(place: Place, listed: Listed, whose: &Whose) -> EntityQuery {
    let mut query = EntityQuery {
        user: whose.user(),
        q: given(place.value("q")),
        tags: given(tags_of(&place.value("tags")).join(",")),
        visibility: match (whose, place.value("visibility").as_str()) {
            // What is private of oneself is not for everybody's list.
            (Whose::Everybody, _) | (Whose::Own(_), "public") => Some(Visibility::Public),
            (Whose::Own(_), "private") => Some(Visibility::Private),
            _ => None,
        },
        has_version: match place.value("ready").as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        environment: given(place.value("env")).filter(|_| listed == Listed::Projects),
        sort: sort_of(&place.value("sort")),
        page: Some(place.page()).filter(|page| *page > 1),
        ..EntityQuery::default()
    };
    match whose {
        Whose::StarredBy(user) => query.starred_by = Some(user.clone()),
        Whose::ForksOf(id) => query.forked_from = Some(id.clone()),
        Whose::Own(_) | Whose::Of(_) | Whose::Everybody => {}
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_come_and_go() {
        let tags = tags_of("cnn,,图像,a b,cnn");
        assert_eq!(tags, ["cnn", "图像"]);
        assert_eq!(toggled(&tags, "rnn"), "cnn,图像,rnn");
        assert_eq!(toggled(&tags, "cnn"), "图像");
        assert_eq!(toggled(&[], "cnn"), "cnn");
        assert_eq!(tags_of(""), [""; 0]);
    }

    #[test]
    fn an_order_that_is_none_is_the_default() {
        assert_eq!(sort_of("stars"), Some(EntitySort::Stars));
        assert_eq!((sort_of(""), sort_of("solar")), (None, None));
    }
}
