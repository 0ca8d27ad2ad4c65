//! A client of rust-analyzer: one document, over its protocol.

#![expect(clippy::disallowed_methods, reason = "no job runs: another program is waited for")]

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long an answer may take: types are computed anew after an edit, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

/// What the document has where the cursor is.
pub const CURSOR: char = '‸';

/// A running rust-analyzer.
pub struct Client {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    uri: String,
    last: i64,
    version: i64,
}

impl Drop for Client {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The next message, from its header to its end.
fn message(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().ok()?,
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

fn options() -> Value {
    let variable = |name: &str| std::env::var(name).ok();
    json!({
        "procMacro": {"enable": true, "server": variable("PROC_MACRO_SRV")},
        "checkOnSave": false,
        "cargo": {
            "buildScripts": {"enable": true},
            "sysroot": "discover",
            "sysrootSrc": variable("SYSROOT_SRC"),
        },
        "completion": {
            "callable": {"snippets": "none"},
            "autoimport": {"enable": false},
            "autoself": {"enable": false},
        },
        "cachePriming": {"enable": false},
    })
}

impl Client {
    /// Starts rust-analyzer on a crate, and waits until it has read all of it.
    pub fn start(analyzer: &str, root: &Path, text: &str) -> Self {
        let mut process = Command::new(analyzer)
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            while let Some(message) = message(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let uri = format!("file://{}", root.join("src/main.rs").display());
        let mut client = Self { process, input, messages, uri, last: 0, version: 1 };
        let capabilities = json!({
            "experimental": {"serverStatusNotification": true},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": false}},
                "hover": {"contentFormat": ["plaintext"]},
            },
            "window": {"workDoneProgress": true},
        });
        let root = format!("file://{}", root.display());
        let parameters = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "capabilities": capabilities,
            "initializationOptions": options(),
        });
        client.ask("initialize", &parameters);
        client.say("initialized", &json!({}));
        let document = json!({
            "uri": client.uri, "languageId": "rust", "version": 1, "text": text,
        });
        client.say("textDocument/didOpen", &json!({"textDocument": document}));
        client.settle();
        client
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn say(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": parameters}));
    }

    /// The next message that is no question of rust-analyzer; those are answered with nothing.
    fn next(&mut self, until: Instant) -> Option<Value> {
        loop {
            let wait = until.saturating_duration_since(Instant::now());
            let message = match self.messages.recv_timeout(wait) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("rust-analyzer has ended"),
            };
            if message.get("id").is_none() || message.get("method").is_none() {
                return Some(message);
            }
            let is_settings = message["method"] == "workspace/configuration";
            let result = if is_settings { json!([{}]) } else { Value::Null };
            self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        }
    }

    /// Waits until nothing is being read or built.
    fn settle(&mut self) {
        let until = Instant::now() + 3 * PATIENCE;
        while let Some(message) = self.next(until) {
            let status = message["method"] == "experimental/serverStatus";
            if status && message["params"]["quiescent"] == true {
                assert_ne!(message["params"]["health"], "error", "{message}");
                return;
            }
        }
        panic!("rust-analyzer is not ready after {PATIENCE:?}");
    }

    /// The result of a question; `Null` if there is none in time.
    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        // What is being edited is asked again.
        for _ in 0..4 {
            self.last += 1;
            let id = self.last;
            self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}));
            let until = Instant::now() + PATIENCE;
            let answer = loop {
                match self.next(until) {
                    None => return Value::Null,
                    Some(message) if message["id"] == id => break message,
                    Some(_) => {}
                }
            };
            if answer.get("error").is_none() {
                return answer["result"].clone();
            }
        }
        Value::Null
    }

    /// The result of a question about the place of the cursor in a text.
    fn ask_at(&mut self, method: &str, marked: &str) -> Value {
        let offset = marked.find(CURSOR).unwrap();
        let text = marked.replacen(CURSOR, "", 1);
        self.version += 1;
        let document = json!({"uri": self.uri, "version": self.version});
        let changes = json!([{"text": text}]);
        let changed = json!({"textDocument": document, "contentChanges": changes});
        self.say("textDocument/didChange", &changed);
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let column = before.chars().rev().take_while(|letter| *letter != '\n').count();
        let position = json!({"line": line, "character": column});
        self.ask(method, &json!({"textDocument": {"uri": self.uri}, "position": position}))
    }

    /// What is offered at the cursor, the best first.
    pub fn completions(&mut self, marked: &str) -> Vec<String> {
        let result = self.ask_at("textDocument/completion", marked);
        let items = result.get("items").unwrap_or(&result).as_array().cloned().unwrap_or_default();
        let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let mut items: Vec<(String, String)> =
            items.iter().map(|item| (text(item, "sortText"), text(item, "label"))).collect();
        items.sort();
        items.into_iter().map(|(_, label)| label).collect()
    }

    /// The lines, counted from 1, where the word at the cursor is defined; 0 in another file.
    pub fn definitions(&mut self, marked: &str) -> Vec<u64> {
        let result = self.ask_at("textDocument/definition", marked);
        let targets = result.as_array().cloned().unwrap_or_default();
        let line = |target: &Value| {
            let is_here =
                [&target["uri"], &target["targetUri"]].iter().any(|uri| **uri == *self.uri);
            let range = target.get("range").unwrap_or(&target["targetSelectionRange"]);
            let line = range["start"]["line"].as_u64().unwrap_or_default() + 1;
            if is_here { line } else { 0 }
        };
        targets.iter().map(line).collect()
    }

    /// What is shown for the word at the cursor.
    pub fn hover(&mut self, marked: &str) -> String {
        let result = self.ask_at("textDocument/hover", marked);
        result["contents"]["value"].as_str().unwrap_or_default().to_owned()
    }
}
