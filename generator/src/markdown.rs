//! Prose of a document as Markdown that rustdoc takes without a word, whatever it holds.
//!
//! The text is read by the parser that rustdoc uses and written anew, so that nothing is left to chance: links lead to
//! the web or are text, code is never a test, HTML and images are gone, and every sign that could mean something is
//! escaped.

use std::borrow::Cow;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// A text longer than this is cut after its first paragraph, and that one at the end of a sentence.
const LONG: usize = 600;

/// The width of a line.
const WIDTH: usize = 100;

/// The lines of a text; none where it says nothing.
pub fn lines(text: &str) -> Vec<String> {
    let blocks = Writer::blocks(&visible(text));
    let whole: usize = blocks.iter().map(|block| block.text.chars().count()).sum();
    let mut lines: Vec<String> = Vec::new();
    if whole > LONG {
        blocks.iter().find(|block| !block.is_code).into_iter().for_each(|block| wrap(block, &mut lines));
        return lines;
    }
    let mut in_list = false;
    for block in &blocks {
        let follows_item = block.goes_on && in_list;
        if !lines.is_empty() && !follows_item {
            lines.push(String::new());
        }
        wrap(block, &mut lines);
        in_list = block.goes_on;
    }
    lines
}

/// The lines of the first paragraph; none where there is none.
pub fn first(text: &str) -> Vec<String> {
    let blocks = Writer::blocks(&visible(text));
    let mut lines = Vec::new();
    if let Some(first) = blocks.iter().find(|block| !block.is_code) {
        wrap(first, &mut lines);
    }
    lines
}

/// A text on one line, with its marks; empty where it says nothing.
pub fn line(text: &str) -> String {
    let blocks = Writer::blocks(&visible(text));
    blocks.into_iter().find(|block| !block.is_code).map(|block| shortened(&block.text)).unwrap_or_default()
}

/// The text without what cannot be seen: control characters, and those that turn the direction of writing.
fn visible(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '\n' | '\t' => seen.push(sign),
            '\u{2028}' | '\u{2029}' | '\u{85}' => seen.push('\n'),
            sign if is_hidden(sign) => {}
            sign => seen.push(sign),
        }
    }
    seen
}

/// Whether a sign cannot be seen, or turns the direction of writing.
pub(crate) fn is_hidden(sign: char) -> bool {
    let turns = matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    turns || sign.is_control() || matches!(sign, '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text with what cannot be seen written out, `\n` and `\u{202e}`, so that a document changes no line around it.
pub(crate) fn written_out(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return text.into();
    }
    let sign = |sign: char| if is_hidden(sign) { sign.escape_default().to_string() } else { sign.to_string() };
    text.chars().map(sign).collect()
}

/// A paragraph, an item of a list or a block of code, as Markdown.
#[derive(Default)]
struct Block {
    text: String,
    /// Whether it belongs to the block before: items of a list.
    goes_on: bool,
    is_code: bool,
}

#[derive(Default)]
struct Writer {
    blocks: Vec<Block>,
    text: String,
    /// For each list around, the number of its next item; `None`: bullets.
    lists: Vec<Option<u64>>,
    /// What the next block begins with: `- `.
    mark: String,
    /// Open links: where they lead, if anywhere; and where their text begins.
    links: Vec<(Option<String>, usize)>,
    /// Whether what comes is not shown: HTML, the text of an image.
    hidden: usize,
    in_code: bool,
    in_cell: bool,
}

impl Writer {
    fn blocks(text: &str) -> Vec<Block> {
        let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
        let mut writer = Self::default();
        for event in Parser::new_ext(text, options) {
            writer.take(event);
        }
        writer.end_block(false);
        writer.blocks
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.in_code => self.text.push_str(&text),
            Event::Text(text) if self.hidden == 0 => self.push(&text),
            Event::Code(code) if self.hidden == 0 => {
                let code: String = code.split_whitespace().collect::<Vec<_>>().join(" ");
                if !code.is_empty() {
                    self.text.push_str(&span(&code));
                }
            }
            Event::SoftBreak | Event::HardBreak | Event::InlineHtml(_) => self.text.push(' '),
            Event::Rule => self.end_block(false),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Paragraph | Tag::TableHead | Tag::TableRow | Tag::BlockQuote(_) | Tag::Heading { .. } => {
                self.end_block(false);
            }
            Tag::CodeBlock(_) => {
                self.end_block(false);
                self.in_code = true;
            }
            Tag::List(first) => {
                self.end_block(false);
                self.lists.push(first);
            }
            Tag::Item => {
                self.end_block(false);
                self.mark = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number = number.saturating_add(1);
                        format!("{}. ", number.saturating_sub(1))
                    }
                    _ => "- ".to_owned(),
                };
            }
            Tag::TableCell => {
                if self.in_cell {
                    self.text.push_str(" · ");
                }
                self.in_cell = true;
            }
            Tag::Emphasis => self.text.push('*'),
            Tag::Strong => self.text.push_str("**"),
            Tag::Link { dest_url, .. } => {
                let leads = dest_url.starts_with("https://") || dest_url.starts_with("http://");
                let safe =
                    leads && dest_url.chars().all(|sign| sign.is_ascii_graphic() && !"<>()[]\\`\"".contains(sign));
                self.links.push((safe.then(|| dest_url.into_string()), self.text.len()));
            }
            Tag::Image { .. } | Tag::HtmlBlock | Tag::MetadataBlock(_) => self.hidden += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::Item | TagEnd::Heading(_) => self.end_block(false),
            TagEnd::TableHead | TagEnd::TableRow => {
                self.in_cell = false;
                self.end_block(false);
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.end_block(true);
            }
            TagEnd::List(_) => {
                self.end_block(false);
                self.lists.pop();
                self.mark.clear();
            }
            TagEnd::Emphasis => self.close("*"),
            TagEnd::Strong => self.close("**"),
            TagEnd::Link => {
                if let Some((Some(url), start)) = self.links.pop() {
                    let label = self.text.split_off(start);
                    let label = label.trim();
                    if label.is_empty() || label.replace('\\', "") == url {
                        self.text.push_str(&format!("<{url}>"));
                    } else {
                        self.text.push_str(&format!("[{label}]({url})"));
                    }
                }
            }
            TagEnd::Image | TagEnd::HtmlBlock | TagEnd::MetadataBlock(_) => self.hidden = self.hidden.saturating_sub(1),
            _ => {}
        }
    }

    /// Ends emphasis; where nothing is in it, it never was.
    fn close(&mut self, mark: &str) {
        if self.text.ends_with(mark) {
            self.text.truncate(self.text.len() - mark.len());
        } else {
            self.text.push_str(mark);
        }
    }

    /// Text with all that could mean something escaped; addresses become links of their own, unless they are in a link.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        let in_link = self.links.iter().any(|(leads, _)| leads.is_some());
        while let Some(start) = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min() {
            let (before, from) = rest.split_at(start);
            self.push_escaped(before);
            let end = from
                .find(|sign: char| !sign.is_ascii_graphic() || "<>()[]{}\"'`\\|*".contains(sign))
                .unwrap_or(from.len());
            let url = from[..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
            let host = url.split_once("://").map_or("", |(_, host)| host);
            if host.starts_with(|sign: char| sign.is_ascii_alphanumeric()) && !in_link {
                self.text.push_str(&format!("<{url}>"));
                rest = &from[url.len()..];
            } else {
                // Not an address that leads anywhere: as a code span nobody takes it for one.
                let scheme = from.find("://").map_or(0, |at| at + 3);
                if in_link {
                    self.push_escaped(&from[..scheme]);
                } else {
                    self.text.push_str(&span(&from[..scheme]));
                }
                rest = &from[scheme..];
            }
        }
        self.push_escaped(rest);
    }

    fn push_escaped(&mut self, text: &str) {
        let mut before = self.text.chars().next_back();
        let mut signs = text.chars().peekable();
        while let Some(sign) = signs.next() {
            let inside_word = |next: Option<&char>| {
                before.is_some_and(char::is_alphanumeric) && next.is_some_and(|next| next.is_alphanumeric())
            };
            let special = match sign {
                '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '~' | '&' | '|' => true,
                '_' => !inside_word(signs.peek()),
                _ => false,
            };
            if special {
                self.text.push('\\');
            }
            self.text.push(if sign == '\t' { ' ' } else { sign });
            before = Some(sign);
        }
    }

    fn end_block(&mut self, is_code: bool) {
        let text = std::mem::take(&mut self.text);
        let goes_on = !self.lists.is_empty();
        let text = if is_code {
            text.trim_matches('\n').trim_end().to_owned()
        } else {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        // Emphasis that a block leaves open cannot be closed in another.
        if text.is_empty() {
            return;
        }
        let text = if is_code { text } else { format!("{}{}", std::mem::take(&mut self.mark), at_start(&text)) };
        self.blocks.push(Block { text, goes_on, is_code });
    }
}

/// A code span, whatever the text holds.
pub(crate) fn span(text: &str) -> String {
    let longest = text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0);
    match longest {
        0 => format!("`{text}`"),
        _ => {
            let marks = "`".repeat(longest + 1);
            format!("{marks} {text} {marks}")
        }
    }
}

/// A text whose beginning could be taken for a heading, a list, a quote or a line below a heading, escaped.
fn at_start(text: &str) -> String {
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let rest = &text[digits..];
    if digits > 0 && rest.starts_with(['.', ')']) {
        return format!("{}\\{rest}", &text[..digits]);
    }
    if text.starts_with(['#', '-', '+', '=', '>', ':']) { format!("\\{text}") } else { text.to_owned() }
}

/// A paragraph cut at the end of a sentence, where it is long.
fn shortened(text: &str) -> String {
    if text.chars().count() <= LONG {
        return text.to_owned();
    }
    let end = text.char_indices().nth(LONG).map_or(text.len(), |(index, _)| index);
    let text = &text[..end];
    let sentence = text.rmatch_indices(". ").map(|(index, _)| &text[..=index]).find(|cut| is_closed(cut));
    match sentence {
        Some(sentence) => sentence.to_owned(),
        // No sentence ends where no mark is open: half of one would mean something else.
        None => format!("{} …", text.replace(['`', '*', '[', ']', '(', ')', '<', '>', '\\'], "").trim_end()),
    }
}

/// Whether every mark that was opened is closed.
fn is_closed(text: &str) -> bool {
    let count = |mark: &str| text.matches(mark).count() - text.matches(&format!("\\{mark}")).count();
    count("`").is_multiple_of(2) && count("*").is_multiple_of(2) && count("[") == count("]") && count("(") == count(")")
}

/// The lines of a block, of a readable width.
fn wrap(block: &Block, lines: &mut Vec<String>) {
    if block.is_code {
        let fence = "`".repeat(block.text.split(|sign| sign != '`').map(str::len).max().unwrap_or(0).max(2) + 1);
        lines.push(format!("{fence}text"));
        lines.extend(block.text.lines().map(|line| line.trim_end().to_owned()));
        lines.push(fence);
        return;
    }
    let indent = " ".repeat(mark(&block.text));
    let mut line = String::new();
    let text = shortened(&block.text);
    for word in text.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH && may_break(&line) {
            lines.push(std::mem::take(&mut line));
            line.push_str(&indent);
            line.push_str(&at_start(word));
            continue;
        }
        if !line.is_empty() && line != indent {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

/// How long the mark of an item of a list is: `- `, `12. `.
fn mark(text: &str) -> usize {
    let digits = text.len() - text.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    match &text[digits..] {
        rest if digits > 0 && rest.starts_with(". ") => digits + 2,
        _ if text.starts_with("- ") => 2,
        _ => 0,
    }
}

/// Whether a line may end here: not in a code span, where the next line would not be escaped as one.
fn may_break(line: &str) -> bool {
    (line.matches('`').count() - line.matches("\\`").count()).is_multiple_of(2)
}
