//! Runs a fake Logto until it is interrupted, and prints the settings with which a client reaches it.

use std::process::ExitCode;

use logto_tests::FakeLogto;
use logto_tests::fake::Settings;

const USAGE: &str = "usage: fake-logto [--port N] [--stateless]";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let mut port = 0;
    let mut settings = Settings::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => {
                let value = arguments.next().and_then(|value| value.parse().ok());
                port = value.ok_or_else(|| format!("--port wants a number from 0 to 65535\n{USAGE}"))?;
            }
            "--stateless" => settings.stateless = true,
            "--help" | "-h" => {
                println!("{USAGE}");
                return Ok(());
            }
            other => return Err(format!("unknown argument {other}\n{USAGE}")),
        }
    }
    let fake = FakeLogto::start_with(port, settings)
        .await
        .map_err(|error| format!("port {port} cannot be had: {error}; choose another with --port"))?;
    println!("unset LOGTO_TENANT_ID LOGTO_RESOURCE");
    println!("export LOGTO_ENDPOINT={}", fake.endpoint());
    println!("export LOGTO_APP_ID={}", fake.app_id());
    println!("export LOGTO_APP_SECRET={}", fake.app_secret());
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}
