//! `russell-backend user`: accounts.

use super::{DataArgs, plain, say};
use crate::accounts::users;
use anyhow::{Context as _, Result, bail};
use api::Time;
use api::account::NewUser;
use clap::{Args, Subcommand};
use std::io::Read as _;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an account.
    Add {
        /// The user's name.
        name: String,
        /// The user's e-mail address.
        #[arg(long)]
        email: String,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        data: DataArgs,
    },
    /// List the accounts: name, e-mail address, when it was made (UTC).
    List {
        #[command(flatten)]
        data: DataArgs,
    },
    /// Set the password of an account; its sessions end.
    Passwd {
        /// The user's name.
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
        #[command(flatten)]
        data: DataArgs,
    },
}

/// Where the password comes from. Not from the command line, where other users of the machine could read it.
#[derive(Debug, Args)]
struct PasswordArgs {
    /// Read the password from standard input: its first line.
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub(super) async fn run(args: UserArgs) -> Result<ExitCode> {
    match args.action {
        Action::Add {
            name,
            email,
            password: _,
            data,
        } => {
            let app = data.open_or_begin().await?;
            let new = NewUser {
                username: name,
                email,
                password: password()?,
            };
            users::create(&app, &new).await.map_err(plain)?;
            say(&format!("added {}\n", new.username))?;
            app.db.close().await;
        }
        Action::List { data } => {
            let app = data.open().await?;
            let mut text = String::new();
            for user in users::all(&app).await? {
                use std::fmt::Write as _;
                let seconds = Time(user.created_at - user.created_at.rem_euclid(1_000_000));
                writeln!(text, "{:31}  {:40}  {seconds}", user.username, user.email)?;
            }
            say(&text)?;
        }
        Action::Passwd {
            name,
            password: _,
            data,
        } => {
            let app = data.open().await?;
            let Some(user) = users::by_name(&app, &name).await? else {
                bail!("there is no user {name:?}");
            };
            let password = password()?;
            users::set_password(&app, &user.id, &password)
                .await
                .map_err(plain)?;
            say(&format!(
                "the password of {} is set, the user's sessions have ended\n",
                user.username
            ))?;
            app.db.close().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first line of standard input.
fn password() -> Result<String> {
    const MOST: u64 = 4096;
    let mut text = String::new();
    std::io::stdin()
        .take(MOST)
        .read_to_string(&mut text)
        .context("cannot read the password from standard input")?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => bail!("standard input has no password in its first line"),
    }
}
