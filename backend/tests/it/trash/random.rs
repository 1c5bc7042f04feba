//! Whatever is done in whatever order: rows and files agree, what is alive can be read, what is gone leaves nothing.

use super::*;
use crate::support::Who;
use russell_backend::modules::share;
use std::collections::{BTreeMap, BTreeSet};

/// A generator of numbers that are the same each time (Numerical Recipes' constants).
struct Dice(u32);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % most
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        match of.len() {
            0 => None,
            length => Some(&of[self.below(length)]),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Alive,
    /// Deleted in this hour.
    Trash(u64),
    Gone,
}

/// What should be.
#[derive(Default)]
struct Model {
    /// Id, by name and kind.
    entities: BTreeMap<String, (String, &'static str, Fate)>,
    /// Id, by entity and content.
    versions: BTreeMap<String, (String, usize, Fate)>,
    /// Id, by project and dataset version.
    tasks: BTreeMap<String, (String, Option<String>, Fate)>,
    hour: u64,
}

const CONTENTS: [&[u8]; 3] = [b"one", b"another", b"the third one"];

impl Model {
    fn fate(&self, id: &str) -> Fate {
        let own = |fate: Fate, of: &str| match (fate, self.entities[of].2) {
            (Fate::Gone, _) => Fate::Gone,
            (fate, Fate::Alive) => fate,
            (_, with) => with,
        };
        if let Some((_, _, fate)) = self.entities.get(id) {
            *fate
        } else if let Some((of, _, fate)) = self.versions.get(id) {
            own(*fate, of)
        } else {
            let (of, _, fate) = &self.tasks[id];
            own(*fate, of)
        }
    }

    fn alive(&self, ids: impl Iterator<Item = String>) -> Vec<String> {
        ids.filter(|id| self.fate(id) == Fate::Alive).collect()
    }

    fn set(&mut self, id: &str, fate: Fate) {
        let entity = self.entities.get_mut(id).map(|e| &mut e.2);
        let version = self.versions.get_mut(id).map(|v| &mut v.2);
        let task = self.tasks.get_mut(id).map(|t| &mut t.2);
        *entity.or(version).or(task).unwrap() = fate;
    }

    /// What the trash shows.
    fn trash(&self) -> BTreeSet<String> {
        let own = |(id, fate): (&String, &Fate)| matches!(fate, Fate::Trash(_)).then(|| id.clone());
        let entities = self.entities.iter().filter_map(|(id, e)| own((id, &e.2)));
        let there = |of: &str| self.entities[of].2 == Fate::Alive;
        let versions = self.versions.iter().filter(|(_, v)| there(&v.0));
        let tasks = self.tasks.iter().filter(|(_, t)| there(&t.0));
        entities
            .chain(versions.filter_map(|(id, v)| own((id, &v.2))))
            .chain(tasks.filter_map(|(id, t)| own((id, &t.2))))
            .collect()
    }

    /// The world stands at noon at first: deleted in hour `h`, it goes at the second midnight after.
    fn expire(&mut self) {
        let over = |fate: &mut Fate, now: u64| {
            if let Fate::Trash(hour) = *fate
                && now >= ((hour + 12) / 24 + 2) * 24 - 12
            {
                *fate = Fate::Gone;
            }
        };
        let now = self.hour;
        self.entities.values_mut().for_each(|e| over(&mut e.2, now));
        self.versions.values_mut().for_each(|v| over(&mut v.2, now));
        self.tasks.values_mut().for_each(|t| over(&mut t.2, now));
    }
}

async fn step(world: &World, model: &mut Model, dice: &mut Dice, number: usize) {
    let entities = model.alive(model.entities.keys().cloned());
    let versions = model.alive(model.versions.keys().cloned());
    let tasks = model.alive(model.tasks.keys().cloned());
    let trash: Vec<String> = model.trash().into_iter().collect();
    match dice.below(12) {
        0 | 1 => {
            let kind = ["project", "dataset"][dice.below(2)];
            let id = world.entity(kind, &format!("e{number}"), 0).await;
            model
                .entities
                .insert(id, (format!("e{number}"), kind, Fate::Alive));
        }
        2..=4 => {
            let Some(entity) = dice.one(&entities) else {
                return;
            };
            let kind = match model.entities[entity].1 {
                "project" => "code",
                _ => "data",
            };
            let content = dice.below(CONTENTS.len());
            let id = world.version(entity, kind).await;
            world.fill(&id, &[("d/file", CONTENTS[content])]).await;
            model
                .versions
                .insert(id, (entity.clone(), content, Fate::Alive));
        }
        5 => {
            let of = |kind| {
                let found = versions
                    .iter()
                    .filter(|v| model.entities[&model.versions[*v].0].1 == kind);
                found.cloned().collect::<Vec<_>>()
            };
            let (codes, data) = (of("project"), of("dataset"));
            let Some(code) = dice.one(&codes) else { return };
            let project = model.versions[code].0.clone();
            let id = world.task_row(&project, code).await;
            let mounted = dice.one(&data).cloned();
            if let Some(data) = &mounted {
                mount(world, &id, data, "success").await;
            }
            std::fs::create_dir_all(world.app.store.output(&id)).unwrap();
            std::fs::write(world.app.store.log(&id), b"log").unwrap();
            model.tasks.insert(id, (project, mounted, Fate::Alive));
        }
        6 | 7 => {
            let all: Vec<_> = [entities, versions, tasks].concat();
            let Some(id) = dice.one(&all).cloned() else {
                return;
            };
            let path = match model.entities.get(&id) {
                Some((name, kind, _)) => format!("/api/v1/owner/{kind}/{name}"),
                None if model.versions.contains_key(&id) => format!("/api/v1/module?id={id}"),
                None => format!("/api/v1/experiment/{id}"),
            };
            delete(world, &path).await;
            model.set(&id, Fate::Trash(model.hour));
        }
        8 => {
            let Some(id) = dice.one(&trash) else { return };
            assert_eq!(restore(world, id, empty()).await.code, 200);
            model.set(id, Fate::Alive);
        }
        9 => {
            let Some(id) = dice.one(&trash) else { return };
            assert_eq!(for_good(world, id).await.code, 200);
            model.set(id, Fate::Gone);
        }
        10 => share::all(&world.app).await.unwrap(),
        _ => {
            let hours = 1 + dice.below(20) as u64;
            world.app.clock.advance(Duration::from_secs(hours * 3600));
            model.hour += hours;
            model.expire();
            sweep(world).await;
        }
    }
}

async fn check(world: &World, model: &Model, say: &str) {
    for (id, (_, content, _)) in &model.versions {
        let folder = world.app.store.module(id);
        let fate = model.fate(id);
        assert_eq!(
            folder.exists(),
            fate != Fate::Gone,
            "{say}: version {id} {fate:?}"
        );
        if fate != Fate::Gone {
            assert_eq!(
                std::fs::read(folder.join("d/file")).unwrap(),
                CONTENTS[*content],
                "{say}"
            );
        }
        let reply = world
            .get(&world.other, &format!("/api/v1/module?id={id}"))
            .await;
        assert_eq!(
            reply.code == 200,
            fate == Fate::Alive,
            "{say}: version {id} {fate:?}"
        );
    }
    for id in model.tasks.keys() {
        let fate = model.fate(id);
        assert_eq!(
            world.app.store.log(id).exists(),
            fate != Fate::Gone,
            "{say}: task {id} {fate:?}"
        );
        let reply = world
            .get(&world.other, &format!("/api/v1/experiment/{id}"))
            .await;
        assert_eq!(
            reply.code == 200,
            fate == Fate::Alive,
            "{say}: task {id} {fate:?}"
        );
    }
    let reply = world.get(&world.owner, "/api/v1/trash?page_size=200").await;
    let shown: BTreeSet<String> = reply.column("id").into_iter().map(str::to_owned).collect();
    assert_eq!(shown, model.trash(), "{say}");
    let strays = number(world, "SELECT count(*) FROM pragma_foreign_key_check").await;
    assert_eq!(strays, 0, "{say}");
    let counted = "SELECT count(*) FROM (SELECT project_id FROM task_counts GROUP BY project_id HAVING sum(tasks) <>
        (SELECT count(*) FROM tasks t WHERE t.project_id = task_counts.project_id AND t.deleted_at IS NULL))";
    assert_eq!(number(world, counted).await, 0, "{say}");
    assert_eq!(
        russell_backend::orphans::find(&world.app).await.unwrap(),
        [""; 0],
        "{say}"
    );
}

#[tokio::test]
async fn rows_and_files_agree_whatever_is_done() {
    for seed in 1..=6 {
        let mut world = World::new().await;
        let (mut model, mut dice) = (Model::default(), Dice(seed));
        // The world stands a second after noon.
        for number in 0..80 {
            step(&world, &mut model, &mut dice, number).await;
            // A token lives for a day.
            let token = russell_backend::accounts::tokens::issue(&world.app, &world.owner_id).await;
            world.owner = Who::Token(token.unwrap());
            check(&world, &model, &format!("seed {seed}, step {number}")).await;
        }
        // At last everything goes.
        let entities = model.alive(model.entities.keys().cloned());
        for id in entities {
            let (name, kind, _) = model.entities[&id].clone();
            delete(&world, &format!("/api/v1/owner/{kind}/{name}")).await;
        }
        world.app.clock.advance(3 * DAY);
        sweep(&world).await;
        for table in [
            "entities",
            "modules",
            "module_files",
            "contents",
            "tasks",
            "task_mounts",
            "task_counts",
        ] {
            let sql = format!("SELECT count(*) FROM {table}");
            let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .fetch_one(world.app.db.read())
                .await
                .unwrap();
            assert_eq!(left, 0, "seed {seed}: {table}");
        }
        for folder in ["modules", "outputs", "logs"] {
            let left = std::fs::read_dir(world.app.store.root().join(folder))
                .unwrap()
                .count();
            assert_eq!(left, 0, "seed {seed}: {folder}");
        }
    }
}
