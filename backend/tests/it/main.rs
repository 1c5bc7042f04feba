//! The backend as its clients see it: requests in, answers out, on a real database and real files.

mod accounts;
mod attempts;
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
mod outputs;
mod packages;
mod permissions;
mod serve;
mod servers;
mod sharing;
mod support;
mod task_faults;
mod tasks;
mod trash;
mod upload_ends;
mod uploads;
mod web;
mod zips;
