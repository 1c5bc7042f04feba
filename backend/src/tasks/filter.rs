//! Which tasks a list has, as SQL.
//!
//! Each order of a list is an index that also has what the filters look at: a page is read from there, and only the
//! tasks it shows from the table. A length without filters is kept (see `task_counts`); with filters the entries of one
//! user or project are counted. Searched words that few tasks contain are found in `task_words`; what many contain, or
//! what is shorter than its entries, is compared text by text among the tasks of that user or project.

use super::rows::{COLUMNS, key};
use crate::accounts::users;
use crate::db;
use crate::error::ApiError;
use crate::http::Caller;
use crate::http::caller::User;
use crate::state::App;
use api::Time;
use api::task::{TaskQuery, TaskSort};
use sqlx::{QueryBuilder, Sqlite};

/// Words that more tasks contain are not looked up one by one.
const FEW: usize = 1000;
/// Characters of an entry of `task_words`.
const GRAM: usize = 3;

/// Searched words.
#[derive(Clone, Debug)]
pub(super) enum Words {
    /// The numbers of all tasks that contain them, whoever they belong to.
    Found(Vec<i64>),
    /// A pattern of `LIKE`.
    Pattern(String),
}

/// Whose tasks, which of them and in what order.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter {
    /// Id of whoever asks.
    pub caller: String,
    pub owner: Option<String>,
    pub project: Option<String>,
    pub family: Option<String>,
    pub states: Vec<String>,
    pub modes: Vec<String>,
    pub machines: Vec<String>,
    pub environments: Vec<String>,
    pub from: Option<i64>,
    pub to: Option<i64>,
    pub words: Option<Words>,
    pub sort: TaskSort,
    pub ascending: bool,
    /// Only what comes after the task of this time and id; newest first.
    pub after: Option<(i64, String)>,
}

impl Filter {
    /// All tasks of a user, newest first.
    pub fn own(user: &User) -> Self {
        Self {
            caller: user.id.clone(),
            owner: Some(user.id.clone()),
            ..Self::default()
        }
    }

    /// What `query` asks for; none when there can be no such task.
    ///
    /// # Errors
    /// 512 when strangers ask for their own; 519 when the words break their rule; when the database fails.
    pub async fn of(
        app: &App,
        caller: &Caller,
        query: &TaskQuery,
    ) -> Result<Option<Self>, ApiError> {
        let owner = match (&query.user, &query.project) {
            (None, None) => Some(caller.clone().signed_in()?.id),
            (None, Some(_)) => None,
            (Some(name), _) => match users::by_name(app, name).await? {
                Some(user) => Some(user.id),
                None => return Ok(None),
            },
        };
        let text = query.q.as_deref().unwrap_or("");
        api::name::check_search(text).map_err(|reason| ApiError::field("q", reason))?;
        let words = match text {
            "" => None,
            text => Some(words(app, text).await?),
        };
        let (sort, ascending) = query.order();
        Ok(Some(Self {
            caller: caller.id_or_nobody().to_owned(),
            owner,
            project: query.project.clone(),
            family: None,
            states: query.state.0.iter().map(key).collect(),
            modes: query.mode.0.clone(),
            machines: query.machine.0.clone(),
            environments: query.environment.0.clone(),
            from: query.from.map(|Time(at)| at),
            to: query.to.map(|Time(at)| at),
            words,
            sort,
            ascending,
            after: None,
        }))
    }

    /// Whether a length is kept for it.
    fn is_counted(&self) -> bool {
        self.modes.is_empty()
            && self.machines.is_empty()
            && self.environments.is_empty()
            && self.from.is_none()
            && self.to.is_none()
            && self.words.is_none()
    }

    /// Adds what `table` (a table of tasks or of their counts) and its project must be.
    fn scope(&self, sql: &mut QueryBuilder<Sqlite>, table: &str) {
        sql.push(" e.deleted_at IS NULL AND (e.permission = 0 OR e.owner_id = ");
        sql.push_bind(self.caller.clone()).push(")");
        let equal = [
            ("owner_id", &self.owner),
            ("project_id", &self.project),
            ("family_id", &self.family),
        ];
        for (column, value) in equal {
            if let Some(value) = value {
                sql.push(format_args!(" AND {table}.{column} = "));
                sql.push_bind(value.clone());
            }
        }
        match self.states.as_slice() {
            [] => {}
            [state] if self.sort == TaskSort::Created || table != "t" => {
                sql.push(format_args!(" AND {table}.state = "));
                sql.push_bind(state.clone());
            }
            states => {
                // An expression, so that no index by state is taken: it has not the order.
                sql.push(format_args!(" AND ({table}.state || '')"));
                among(sql, states.iter().map(String::as_str));
            }
        }
    }

    /// Tasks and their projects. The order of the tables is ours: statistics must not lead away from the index.
    pub fn tasks(&self, sql: &mut QueryBuilder<Sqlite>) {
        sql.push(" FROM tasks t CROSS JOIN entities e WHERE e.id = t.project_id AND t.deleted_at IS NULL AND");
        self.scope(sql, "t");
        let several = [
            ("mode", &self.modes),
            ("instance_type", &self.machines),
            ("environment", &self.environments),
        ];
        for (column, values) in several {
            if !values.is_empty() {
                sql.push(format_args!(" AND t.{column}"));
                among(sql, values.iter().map(String::as_str));
            }
        }
        // In another order an expression: the index by time has not that order.
        let created = match self.sort {
            TaskSort::Created => "t.created_at",
            TaskSort::Duration | TaskSort::Name => "(t.created_at + 0)",
        };
        for (compared, time) in [(">=", self.from), ("<", self.to)] {
            if let Some(time) = time {
                sql.push(format_args!(" AND {created} {compared} "));
                sql.push_bind(time);
            }
        }
        if let Some((time, id)) = &self.after {
            sql.push(" AND (t.created_at, t.id) < (").push_bind(*time);
            sql.push(", ").push_bind(id.clone()).push(")");
        }
        match &self.words {
            None => {}
            Some(Words::Found(numbers)) => {
                sql.push(" AND t.number IN (");
                let mut list = sql.separated(", ");
                for number in numbers {
                    list.push_bind(*number);
                }
                sql.push(")");
            }
            Some(Words::Pattern(pattern)) => {
                sql.push(" AND t.search_key LIKE ")
                    .push_bind(pattern.clone());
                sql.push(" ESCAPE '\\'");
            }
        }
    }

    fn order(&self, sql: &mut QueryBuilder<Sqlite>) {
        let column = match self.sort {
            TaskSort::Created => "created_at",
            TaskSort::Duration => "ran",
            TaskSort::Name => "title_key",
        };
        let way = if self.ascending { "ASC" } else { "DESC" };
        sql.push(format_args!(" ORDER BY t.{column} {way}, t.id {way}"));
    }

    /// The statement for a part of the list.
    pub fn page(&self, limit: i64, offset: i64) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new("SELECT ");
        sql.push(COLUMNS).push(" FROM (SELECT t.id");
        self.tasks(&mut sql);
        self.order(&mut sql);
        sql.push(" LIMIT ").push_bind(limit);
        sql.push(" OFFSET ").push_bind(offset);
        sql.push(
            ") p CROSS JOIN tasks t CROSS JOIN entities e CROSS JOIN users u CROSS JOIN users v
             WHERE t.id = p.id AND e.id = t.project_id AND u.id = t.owner_id AND v.id = e.owner_id",
        );
        self.order(&mut sql);
        sql
    }

    /// The statement for the length of the list.
    pub fn count(&self) -> QueryBuilder<Sqlite> {
        let mut sql;
        if self.is_counted() {
            sql = QueryBuilder::new(
                "SELECT CAST(coalesce(sum(c.tasks), 0) AS BIGINT) FROM task_counts c CROSS JOIN entities e
                 WHERE e.id = c.project_id AND",
            );
            self.scope(&mut sql, "c");
        } else {
            sql = QueryBuilder::new("SELECT count(*)");
            self.tasks(&mut sql);
        }
        sql
    }
}

/// Adds `IN (...)`.
pub(super) fn among<'a>(sql: &mut QueryBuilder<Sqlite>, ids: impl IntoIterator<Item = &'a str>) {
    sql.push(" IN (");
    let mut list = sql.separated(", ");
    for id in ids {
        list.push_bind(id.to_owned());
    }
    sql.push(")");
}

/// How tasks with these words are found.
async fn words(app: &App, text: &str) -> sqlx::Result<Words> {
    let pattern = || Words::Pattern(db::contains(text));
    if text.chars().count() < GRAM {
        return Ok(pattern());
    }
    let phrase = format!("\"{}\"", text.to_lowercase().replace('"', "\"\""));
    let found: Vec<i64> =
        sqlx::query_scalar("SELECT rowid FROM task_words WHERE task_words MATCH $1 LIMIT $2")
            .bind(phrase)
            .bind(FEW as i64 + 1)
            .fetch_all(app.db.read())
            .await?;
    Ok(match found.len() <= FEW {
        true => Words::Found(found),
        false => pattern(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::db::plan::plan;

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn of(owner: Option<String>, project: Option<String>, states: &[&str]) -> Filter {
        Filter {
            owner,
            project,
            states: states.iter().map(|state| (*state).to_owned()).collect(),
            ..Filter::default()
        }
    }

    /// Every list of tasks that the API knows, and the index it has to read.
    fn lists() -> Vec<(Filter, &'static str)> {
        let owner = |states| of(some("o"), None, states);
        let project = |states| of(None, some("p"), states);
        let mut lists = vec![
            (owner(&[]), "tasks_by_owner"),
            (owner(&["failed"]), "tasks_by_owner_state"),
            (project(&[]), "tasks_by_project"),
            (project(&["failed"]), "tasks_by_project_state"),
        ];
        let family = Filter {
            family: some("f"),
            ..owner(&[])
        };
        lists.push((family, "tasks_by_family"));
        let pattern = Filter {
            words: Some(Words::Pattern("%x%".to_owned())),
            ..owner(&[])
        };
        lists.push((pattern, "tasks_by_owner"));
        for states in [&[][..], &["failed"], &["failed", "stopped"]] {
            for (sort, ascending, indexes) in [
                (
                    TaskSort::Name,
                    true,
                    ["tasks_by_owner_title", "tasks_by_project_title"],
                ),
                (
                    TaskSort::Duration,
                    false,
                    ["tasks_by_owner_ran", "tasks_by_project_ran"],
                ),
            ] {
                for (scope, index) in [owner(states), project(states)].into_iter().zip(indexes) {
                    let sorted = Filter {
                        sort,
                        ascending,
                        modes: vec!["cli".to_owned()],
                        machines: vec!["cpu_high".to_owned()],
                        environments: vec!["a".to_owned(), "b".to_owned()],
                        from: Some(1),
                        to: Some(2),
                        ..scope
                    };
                    lists.push((sorted, index));
                }
            }
        }
        lists.push((owner(&["failed", "stopped"]), "tasks_by_owner"));
        let rest = Filter {
            after: Some((1, "x".to_owned())),
            ..owner(&[])
        };
        lists.push((rest, "tasks_by_owner"));
        lists
    }

    #[tokio::test]
    async fn no_list_reads_more_than_its_page() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        for (filter, index) in lists() {
            let steps = plan(&db, filter.page(20, 0)).await;
            let wanted = format!("SEARCH t USING INDEX {index} (");
            let covering = format!("SEARCH t USING COVERING INDEX {index} (");
            let found = steps
                .iter()
                .any(|s| s.starts_with(&wanted) || s.starts_with(&covering));
            assert!(found, "{filter:?}: {steps:#?}");
            // The page itself, which is small, is all that is read through and put in order.
            for step in steps.iter().filter(|s| s.starts_with("SCAN")) {
                assert_eq!(step, "SCAN p", "{filter:?}: {steps:#?}");
            }
            let sorts = steps.iter().filter(|s| s.contains("TEMP B-TREE")).count();
            assert!(sorts <= 1, "{filter:?}: {steps:#?}");
        }
    }

    #[tokio::test]
    async fn lengths_and_words_are_looked_up() {
        let dir = tempfile::tempdir().unwrap();
        let db = Db::open(&dir.path().join("t.db")).await.unwrap();
        for (filter, _) in lists().into_iter().filter(|(f, _)| f.family.is_none()) {
            let steps = plan(&db, filter.count()).await;
            assert!(steps.iter().all(|s| s.starts_with("SEARCH")), "{steps:#?}");
        }
        let few = Filter {
            words: Some(Words::Found(vec![1, 2])),
            ..of(some("o"), None, &[])
        };
        for statement in [few.page(20, 0), few.count()] {
            let steps = plan(&db, statement).await;
            let read = |s: &String| s.starts_with("SEARCH t USING INDEX tasks_by_number");
            assert!(steps.iter().any(read), "{steps:#?}");
        }
    }
}
