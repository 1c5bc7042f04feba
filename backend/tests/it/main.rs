//! The backend as its clients see it: requests in, answers out, on a real database and real files.

mod accounts;
mod attempts;
mod billing;
mod busy;
mod clones;
mod commands;
mod counts;
mod entities;
mod files;
mod fs_upload;
mod logs;
mod modules;
mod openapi;
mod packages;
mod permissions;
mod serve;
mod servers;
mod sharing;
mod support;
mod task_faults;
mod tasks;
mod upload_ends;
mod uploads;
mod web;
