//! `russell-backend account`: plans and balances, for the operator of an installation.

use super::{DataArgs, plain, say};
use crate::accounts::users;
use crate::billing::operator::{self, Change};
use crate::billing::rows;
use crate::state::Shared;
use anyhow::{Result, bail};
use api::billing::{Compute, Goods, Plan};
use clap::{Args, Subcommand, ValueEnum};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct AccountArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show plan, balance and the time that is left.
    Show {
        #[command(flatten)]
        user: UserArg,
    },
    /// Give VIP for some months, or end it.
    Vip {
        #[command(flatten)]
        user: UserArg,
        /// Months; 0 ends VIP at once.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..=1200))]
        months: u16,
    },
    /// Give a pack of time, valid for a year.
    Pack {
        #[command(flatten)]
        user: UserArg,
        /// The kind of machine.
        kind: Kind,
        /// Hours.
        #[arg(value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
        hours: u32,
    },
    /// Change the balance by an amount in yuan, like 12.50; take away with --take.
    Balance {
        #[command(flatten)]
        user: UserArg,
        /// The amount in yuan.
        #[arg(value_parser = fen)]
        amount: i64,
        /// Take it away.
        #[arg(long, conflicts_with = "refund")]
        take: bool,
        /// It gives back what was paid.
        #[arg(long)]
        refund: bool,
        /// What the user reads beside it.
        #[arg(long, default_value = "")]
        note: String,
    },
}

#[derive(Debug, Args)]
struct UserArg {
    /// The user's name.
    name: String,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Cpu,
    Gpu,
}

/// Most yuan that one command moves.
const YUAN_MAX: i64 = 1_000_000_000;

/// `12.5` as 1250.
fn fen(text: &str) -> Result<i64, String> {
    let words = || format!("{text} is no amount in yuan like 12.50");
    let (yuan, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(yuan) || !digits(rest) || rest.len() > 2 {
        return Err(words());
    }
    let yuan: i64 = yuan.parse().map_err(|_| words())?;
    let rest: i64 = format!("{rest:0<2}").parse().map_err(|_| words())?;
    match yuan.saturating_mul(100).saturating_add(rest) {
        0 => Err(words()),
        fen if yuan <= YUAN_MAX => Ok(fen),
        _ => Err(format!("{text} is more than {YUAN_MAX}")),
    }
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02} yuan", fen / 100, fen % 100)
}

pub(super) async fn run(args: AccountArgs) -> Result<ExitCode> {
    let (user, change, note) = match args.action {
        Action::Show { user } => (user, None, String::new()),
        Action::Vip { user, months: 0 } => (user, Some(Change::EndVip), "VIP ended".to_owned()),
        Action::Vip { user, months } => {
            let goods = Goods::Vip {
                months: i64::from(months),
            };
            (
                user,
                Some(Change::Give(goods)),
                format!("VIP, months: {months}"),
            )
        }
        Action::Pack { user, kind, hours } => {
            let (compute, name) = match kind {
                Kind::Cpu => (Compute::Cpu, "CPU"),
                Kind::Gpu => (Compute::Gpu, "GPU"),
            };
            let seconds = i64::from(hours) * 3600;
            let goods = Goods::Pack { compute, seconds };
            (
                user,
                Some(Change::Give(goods)),
                format!("{name}, hours: {hours}"),
            )
        }
        Action::Balance {
            user,
            amount,
            take,
            refund,
            note,
        } => {
            let change = match (take, refund) {
                (true, _) => Change::Balance(-amount),
                (false, true) => Change::Refund(amount),
                (false, false) => Change::Balance(amount),
            };
            (user, Some(change), note)
        }
    };
    let app = user.data.open().await?;
    let Some(row) = users::by_name(&app, &user.name).await? else {
        bail!("there is no user {:?}", user.name);
    };
    if let Some(change) = change {
        operator::change(&app, &row.id, change, &note)
            .await
            .map_err(plain)?;
    }
    say(&shown(&app, &row.username, &row.id).await?)?;
    app.db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn shown(app: &Shared, name: &str, id: &str) -> Result<String> {
    let account = rows::now(app, id).await?;
    let now = app.clock.now();
    let plan = match (account.plan(), account.vip_until()) {
        (Plan::Vip, Some(until)) => format!("VIP until {until}"),
        _ => "free".to_owned(),
    };
    let mut text = format!(
        "{name}: {plan}, balance {}, plan time full again at {}\n",
        yuan(account.balance),
        account.refreshes()
    );
    for (compute, word) in [(Compute::Cpu, "CPU"), (Compute::Gpu, "GPU")] {
        use std::fmt::Write as _;
        let packs: i64 = account.usable(compute, now).map(|pack| pack.left).sum();
        let plan = account.plan_left(compute);
        writeln!(text, "  {word}: {plan} s of the plan, {packs} s of packs")?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_yuan_with_two_decimals() {
        assert_eq!(
            (fen("12"), fen("12.5"), fen("0.07")),
            (Ok(1200), Ok(1250), Ok(7))
        );
        for wrong in [
            "",
            "0",
            "-1",
            "1.",
            ".5",
            "1.234",
            "1,5",
            "1e3",
            "99999999999999999999",
        ] {
            assert!(fen(wrong).is_err(), "{wrong}");
        }
        assert_eq!(yuan(1207), "12.07 yuan");
    }
}
