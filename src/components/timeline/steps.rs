//! The stages of a task as the timeline shows them. Nothing here knows of the browser.

use api::Time;
use api::task::{Stage, Task, TaskState};

/// The stages in their order.
pub const STAGES: [Stage; 5] = [
    Stage::Queued,
    Stage::Creating,
    Stage::Configuring,
    Stage::Running,
    Stage::Finished,
];

/// How a step of the timeline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Passed.
    Done,
    /// The task is here.
    Now,
    /// Not reached yet.
    Ahead,
    /// Never reached: the task ended before.
    Skipped,
}

/// A step of the timeline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The stage.
    pub stage: Stage,
    /// How it stands.
    pub progress: Progress,
    /// When it was reached.
    pub at: Option<Time>,
    /// Seconds it took; none for one that still goes on, has not begun or is the end.
    pub seconds: Option<f64>,
}

/// The five steps of a task.
pub fn steps(task: &Task) -> [Step; 5] {
    let reached = |stage: Stage| {
        let found = task.timeline.iter().find(|step| step.stage == stage);
        found.map(|step| step.at)
    };
    let ended = task.state.is_final();
    STAGES.map(|stage| {
        let at = reached(stage);
        let next = STAGES
            .iter()
            .filter(|s| **s > stage)
            .find_map(|s| reached(*s));
        let progress = match (at, next) {
            (Some(_), None) if stage == Stage::Finished => Progress::Done,
            (Some(_), Some(_)) => Progress::Done,
            (Some(_), None) if ended => Progress::Done,
            (Some(_), None) => Progress::Now,
            (None, Some(_)) => Progress::Skipped,
            (None, None) if ended => Progress::Skipped,
            (None, None) => Progress::Ahead,
        };
        // Clocks can be set back: a stage never takes less than nothing.
        let seconds = at
            .zip(next.or(task.finished).filter(|_| stage != Stage::Finished))
            .map(|(from, to)| to.seconds_since(from).max(0.0));
        Step {
            stage,
            progress,
            at,
            seconds,
        }
    })
}

/// Seconds the command has run at `now`; none before it began.
pub fn running_seconds(task: &Task, now: Time) -> Option<f64> {
    let started = task.started?;
    let until = match task.state {
        TaskState::Waiting | TaskState::Running => now,
        TaskState::Success | TaskState::Failed | TaskState::Stopped => task.finished.unwrap_or(now),
    };
    Some(until.seconds_since(started).max(0.0))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use api::canvas::Canvas;
    use api::task::StageTime;

    /// A task that reached its stages at the given seconds.
    pub(crate) fn task(state: TaskState, reached: &[(Stage, i64)]) -> Task {
        let at = |stage: Stage| {
            let found = reached.iter().find(|(s, _)| *s == stage);
            found.map(|(_, second)| Time::from_seconds(*second))
        };
        Task {
            id: "7a".into(),
            name: "iris".into(),
            description: String::new(),
            command: "python train.py".into(),
            created: Time(0),
            state,
            duration: 0,
            log_id: "7a".into(),
            canvas: Canvas::of("7a"),
            instance_type: "cpu_high".into(),
            mode: "cli".into(),
            tensorboard_url: None,
            enable_tensorboard: false,
            stage: reached.last().map_or(Stage::Queued, |(stage, _)| *stage),
            timeline: reached
                .iter()
                .map(|(stage, second)| StageTime {
                    stage: *stage,
                    at: Time::from_seconds(*second),
                })
                .collect(),
            started: at(Stage::Running),
            finished: at(Stage::Finished),
            exit_code: None,
            end_reason: None,
            end_message: None,
            queue: None,
            params: vec![],
            owner: "alice".into(),
            project_owner: "alice".into(),
            project_id: "9f".into(),
            module_id: "34".into(),
            code_version: 1,
            environment: "python3".into(),
            data: vec![],
            output_id: "55".into(),
            log_bytes: 0,
        }
    }

    fn shape(task: &Task) -> Vec<(Progress, Option<f64>)> {
        steps(task)
            .map(|step| (step.progress, step.seconds))
            .to_vec()
    }

    #[test]
    fn each_stage_lasts_until_the_next() {
        use Progress::*;
        let all = STAGES.into_iter().zip([0, 4, 5, 7, 67]).collect::<Vec<_>>();
        assert_eq!(
            shape(&task(TaskState::Success, &all)),
            [
                (Done, Some(4.0)),
                (Done, Some(1.0)),
                (Done, Some(2.0)),
                (Done, Some(60.0)),
                (Done, None)
            ]
        );
        assert_eq!(
            shape(&task(TaskState::Waiting, &all[..2])),
            [
                (Done, Some(4.0)),
                (Now, None),
                (Ahead, None),
                (Ahead, None),
                (Ahead, None)
            ]
        );
    }

    #[test]
    fn a_task_stopped_in_the_queue_skips_the_rest() {
        use Progress::*;
        let stopped = task(
            TaskState::Stopped,
            &[(Stage::Queued, 0), (Stage::Finished, 3)],
        );
        assert_eq!(
            shape(&stopped),
            [
                (Done, Some(3.0)),
                (Skipped, None),
                (Skipped, None),
                (Skipped, None),
                (Done, None)
            ]
        );
        assert_eq!(running_seconds(&stopped, Time::from_seconds(9)), None);
    }

    #[test]
    fn the_running_time_ticks_until_the_end() {
        let now = Time::from_seconds(30);
        let running = task(TaskState::Running, &[(Stage::Running, 10)]);
        assert_eq!(running_seconds(&running, now), Some(20.0));
        let ended = task(
            TaskState::Failed,
            &[(Stage::Running, 10), (Stage::Finished, 15)],
        );
        assert_eq!(running_seconds(&ended, now), Some(5.0));
        // The browser's clock may be behind the server's.
        assert_eq!(running_seconds(&running, Time::from_seconds(5)), Some(0.0));
    }
}
