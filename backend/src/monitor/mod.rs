//! What tasks use of the machine: measured by the runner, kept beside their logs, told while they run and afterwards.

mod file;
mod record;
mod series;

pub use record::record;

use crate::error::{Answer, ApiError, ok};
use crate::http::{Caller, Path, Query};
use crate::openapi::answers::Answered;
use crate::runner::reading::Metric;
use crate::state::Shared;
use crate::tasks::rows;
use api::monitor::{Monitor, MonitorColumn, MonitorQuery};
use api::routes;
use axum::extract::State;
use series::{Sample, Series};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this module.
pub fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The series of tasks that run.
#[derive(Debug, Default)]
pub struct Monitors(Mutex<HashMap<String, Live>>);

type Live = Arc<Mutex<Series>>;

impl Monitors {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Live>> {
        // The map is whole after any panic: each change is one call.
        self.0.lock().unwrap_or_else(|poison| poison.into_inner())
    }

    fn get(&self, task: &str) -> Option<Live> {
        self.lock().get(task).cloned()
    }
}

/// A series, whatever happened to whoever held it: readings are numbers, and one more or less is no harm.
fn series(live: &Live) -> MutexGuard<'_, Series> {
    live.lock().unwrap_or_else(|poison| poison.into_inner())
}

/// What a task used of the machine: processors, memory, disk, network and graphics cards over time.
#[utoipa::path(
    get, path = routes::TASK_MONITOR, operation_id = "monitor",
    params(("id" = String, Path, description = "The task"), MonitorQuery),
    responses((status = 200, description = "the samples that the client has not", body = Answered<Monitor>))
)]
async fn show(
    State(app): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<MonitorQuery>,
) -> Answer<Monitor> {
    // Asked before: what a task that has ended left is all there is.
    let task = rows::visible(&app, &caller, &id).await?;
    let ended = task.state().is_final();
    if let Some(live) = app.monitors.get(&task.id) {
        return ok(part(&series(&live), query, ended));
    }
    let path = app.store.monitor(&task.id);
    let read = tokio::task::spawn_blocking(move || file::read(&path));
    let kept = read.await.map_err(ApiError::internal)??;
    ok(match kept {
        Some(series) => part(&series, query, ended),
        None => Monitor {
            ended,
            ..Monitor::default()
        },
    })
}

/// What of a series the client has not.
fn part(series: &Series, query: MonitorQuery, ended: bool) -> Monitor {
    let MonitorQuery { from, interval } = query;
    let from = match usize::try_from(from) {
        Ok(from) if interval == series.interval && from <= series.samples.len() => from,
        _ => 0,
    };
    let samples = &series.samples[from..];
    let head = series.head;
    Monitor {
        start: Some(head.start),
        interval: series.interval,
        from: from as u64,
        count: samples.len() as u64,
        ended,
        cores: head.cores,
        memory_limit: (head.memory_limit > 0).then_some(head.memory_limit),
        cpu: column(samples, Metric::Cpu),
        memory: column(samples, Metric::Memory),
        disk_read: column(samples, Metric::DiskRead),
        disk_write: column(samples, Metric::DiskWrite),
        net_in: column(samples, Metric::NetIn),
        net_out: column(samples, Metric::NetOut),
        gpu: column(samples, Metric::Gpu),
        gpu_memory: column(samples, Metric::GpuMemory),
    }
}

fn column(samples: &[Sample], metric: Metric) -> Option<MonitorColumn> {
    let values = |of: fn(&Sample) -> &crate::runner::reading::Values| {
        let values = samples.iter().map(|sample| of(sample)[metric as usize]);
        values.collect::<Vec<_>>()
    };
    let max = values(|sample| &sample.max);
    let known = max.iter().any(Option::is_some);
    known.then(|| MonitorColumn::new(values(|sample| &sample.mean), max))
}

#[cfg(test)]
mod tests {
    use super::series::Head;
    use super::*;
    use api::Time;

    #[test]
    fn only_what_the_client_has_not_is_sent() {
        let head = Head {
            start: Time(7),
            cores: 4,
            memory_limit: 0,
        };
        let sample = |cpu: u64| {
            let mut sample = Sample::default();
            (sample.mean[0], sample.max[0]) = (Some(cpu), Some(cpu));
            sample
        };
        let series = Series::of(head, 2, (0..5).map(sample).collect());
        let ask = |from, interval| {
            let answer = part(&series, MonitorQuery { from, interval }, false);
            (answer.from, answer.count)
        };
        assert_eq!(ask(0, 0), (0, 5));
        assert_eq!(ask(3, 2), (3, 2));
        assert_eq!(ask(5, 2), (5, 0));
        assert_eq!(ask(3, 1), (0, 5), "merged meanwhile");
        assert_eq!(ask(6, 2), (0, 5), "more than there are");
        assert_eq!(ask(u64::MAX, 2), (0, 5));
        let all = part(&series, MonitorQuery::default(), true);
        assert_eq!(all.cpu.unwrap().max, [], "they are the means");
        assert_eq!(
            (all.memory, all.memory_limit, all.ended),
            (None, None, true)
        );
    }
}
