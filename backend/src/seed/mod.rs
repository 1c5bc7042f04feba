//! The first start: an account to sign in with, and an example that shows what a project is.
//!
//! The example is made through the API like anybody's own: nothing in it is faked, its task really runs.

mod client;

use crate::accounts::{tokens, users};
use crate::ids;
use crate::state::Shared;
use anyhow::{Result, bail};
use api::account::NewUser;
use client::Client;
use serde_json::json;
use std::io::Write as _;

/// A file of the example: its path and its bytes.
type File = (&'static str, &'static [u8]);

const DATA: [File; 3] = [
    ("README.md", include_bytes!("../../seed/iris/README.md")),
    ("SOURCE.md", include_bytes!("../../seed/iris/SOURCE.md")),
    ("iris.csv", include_bytes!("../../seed/iris/iris.csv")),
];
const CODE: [File; 2] = [
    ("README.md", include_bytes!("../../seed/training/README.md")),
    ("train.py", include_bytes!("../../seed/training/train.py")),
];

/// Makes the account and the example, if there is no account yet; its password is told once, on standard output.
///
/// # Errors
/// When the name is none for an account, or the database or the disk fails.
pub async fn first_start(app: &Shared, name: &str) -> Result<()> {
    if !users::all(app).await?.is_empty() {
        return Ok(());
    }
    let password = ids::new_password();
    let new = NewUser {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        password: password.clone(),
    };
    let user = match users::create(app, &new).await {
        Ok(user) => user,
        Err(error) => bail!("cannot make the account {name}: {}", error.problem.message),
    };
    // The account first: whatever happens to the example, somebody can sign in.
    let mut out = std::io::stdout();
    writeln!(
        out,
        "first start: sign in as {name} with the password {password} (shown only now)"
    )?;
    out.flush()?;
    let token = tokens::issue(app, &user).await?;
    let made = example(app, name, &token).await;
    tokens::revoke(app, &token).await?;
    if let Err(error) = made {
        tracing::error!("the example project could not be made: {error:#}");
    }
    Ok(())
}

async fn example(app: &Shared, user: &str, token: &str) -> Result<()> {
    let client = Client::new(app, token);
    let text = "Fisher's measures of 150 iris flowers (CC BY 4.0)";
    let dataset = client
        .put(
            &format!("/api/v1/{user}/dataset/iris"),
            json!({"description": text}),
        )
        .await?;
    let data = client
        .upload(&dataset, "data", "Fisher's values", &DATA)
        .await?;
    let text = "Softmax regression from scratch, in plain Python";
    let project = client
        .put(
            &format!("/api/v1/{user}/project/iris-softmax"),
            json!({"description": text}),
        )
        .await?;
    let code = client
        .upload(&project, "code", "First version", &CODE)
        .await?;
    if app.runner.unavailable().is_none() {
        let task = json!({
            "module_id": code,
            "data_ids": [format!("{data}:iris")],
            "command": "python3 train.py --epochs 60",
            "description": "The example's first run",
        });
        client.post(api::routes::TASK_RUN, task).await?;
    }
    Ok(())
}
