//! The backend as its clients see it: requests in, answers out, on a real database and real files.

mod accounts;
mod commands;
mod entities;
mod files;
mod fs_upload;
mod logs;
mod modules;
mod serve;
mod servers;
mod support;
mod task_faults;
mod tasks;
mod upload_ends;
mod uploads;
mod web;
