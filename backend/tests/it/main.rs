//! The backend as its clients see it: requests in, answers out, on a real database and real files.

mod accounts;
mod clones;
mod commands;
mod entities;
mod files;
mod fs_upload;
mod logs;
mod modules;
mod serve;
mod support;
mod tasks;
mod uploads;
mod web;
