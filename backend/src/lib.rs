//! The embedded backend of Russell Cloud Web: the JSON API, uploads, tasks and the built app in one process.
//!
//! A request's way: [`http`] assembles the routers of the modules and turns every failure into the envelope;
//! a module (accounts, entities, modules, uploads, ...) checks who asks and what, and talks to [`db`] (rows)
//! and [`store`] (files). [`state::App`] holds what they share.

pub mod accounts;
pub mod beneath;
pub mod billing;
pub mod clock;
pub mod clone;
pub mod commands;
pub mod config;
pub mod db;
pub mod entities;
pub mod environments;
pub mod error;
pub mod events;
pub mod files;
pub mod fs_upload;
pub mod hash;
pub mod http;
pub mod ids;
pub mod locks;
pub mod logs;
pub mod modules;
pub mod monitor;
pub mod notifications;
pub mod openapi;
pub mod orphans;
pub mod outputs;
pub mod readers;
pub mod relay;
pub mod runner;
pub mod sandbox;
pub mod search;
pub mod seed;
pub mod servers;
pub mod service;
pub mod social;
pub mod state;
pub mod store;
pub mod sweep;
pub mod tasks;
pub mod trash;
pub mod unpack;
pub mod uploads;
pub mod walk;
pub mod web;
pub mod zips;
