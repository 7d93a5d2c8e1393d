//! Runs attacks: `cargo xtask attack --seconds 60`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use logto_tests::attack::{self, Error, NAMES, Options};

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            eprintln!("usage: attack [--seconds N] [--seed S] [--only {}] [--case N]", NAMES.join("|"));
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing was wrong.
async fn run() -> Result<bool, Error> {
    let options = options(std::env::args().skip(1))?;
    attack::bounds::set()?;
    let report = attack::run(&options).await?;
    print!("{report}");
    let mut good = true;
    for fault in report.faults() {
        good = false;
        eprintln!("error: {fault}");
    }
    Ok(good)
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, Error> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf();
    let mut options = Options { time: Duration::from_secs(60), seed: 1, only: None, case: None, folder };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{name}` lacks its value"))?;
        match name.as_str() {
            "--seconds" => options.time = Duration::try_from_secs_f64(value.parse()?)?,
            "--seed" => options.seed = value.parse()?,
            "--only" => options.only = Some(value),
            "--case" => options.case = Some(value.parse()?),
            _ => return Err(format!("there is no option `{name}`").into()),
        }
    }
    if options.case.is_some() && options.only.is_none() {
        return Err("say of which attack the case is: --only NAME".into());
    }
    Ok(options)
}
