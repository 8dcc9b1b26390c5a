//! The addon: conversion between JavaScript and the app, and nothing else.
//!
//! Work runs on a thread of its own, never on Node's: a config file is evaluated by calling back into JavaScript, and
//! that needs Node's thread to be free. What the app refuses comes back as a `Problem` in place of the result, and
//! `index.js` throws it as an `Error` with a `code`; a promise that Rust rejects could carry no more than a status.

mod api;
mod cli;
mod config;
mod driver;
mod objects;
mod options;
mod phases;
mod site;
mod trial;
mod worker;
