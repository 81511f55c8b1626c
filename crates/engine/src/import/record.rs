//! One record of a delimited text, and the machine that cuts decoded text into records.
//!
//! It never holds more than one record and never more than `RECORD_MAX` of it. CRLF, LF and a lone CR end a record
//! outside quotes; inside quotes they belong to the field. A quote opens a field only at its very beginning.

use super::refused::Refused;

/// The largest record, in bytes of UTF-8.
pub(super) const RECORD_MAX: usize = 1 << 20;
/// The most cells of a record: what a spreadsheet can hold.
pub(super) const COLUMNS_MAX: usize = 16_384;

/// What a walk does after a record.
pub(super) type Flow = std::ops::ControlFlow<()>;

/// The cells of one row in one string, reused from row to row.
#[derive(Debug, Default, Clone)]
pub(super) struct Record {
    text: String,
    ends: Vec<usize>,
    /// The line (or sheet row) the record began on, from 1.
    pub(super) line: u64,
    /// Cells that held NUL bytes; the bytes themselves are gone.
    pub(super) damaged: Vec<usize>,
}

impl Record {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.damaged.clear();
    }

    /// Becomes another, in the room it has.
    pub(super) fn copy(&mut self, other: &Record) {
        self.clear();
        self.text.push_str(&other.text);
        self.ends.extend_from_slice(&other.ends);
        self.damaged.extend_from_slice(&other.damaged);
        self.line = other.line;
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn cell(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..end]
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.cell(index))
    }

    /// Whether every cell is empty or blanks.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Adds to the cell being written.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the cell being written.
    pub(super) fn end_cell(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    fn cell_start(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    CellStart,
    Plain,
    Quoted,
    QuoteInQuoted,
}

/// How a text is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// The byte between cells; none: one cell a line, with comments.
    pub(super) separator: Option<u8>,
}

/// The machine. `feed` takes text as it is decoded, `finish` says that there is no more.
pub(super) struct Splitter {
    cut: Cut,
    state: State,
    after_cr: bool,
    line: u64,
    quote_line: u64,
    quote_start: usize,
    record: Record,
}

impl Splitter {
    pub(super) fn new(cut: Cut) -> Self {
        let record = Record { line: 1, ..Record::default() };
        let state = State::CellStart;
        Self { cut, state, after_cr: false, line: 1, quote_line: 0, quote_start: 0, record }
    }

    /// Bytes that end a run of ordinary text in the present state.
    fn special(&self, byte: u8) -> bool {
        match byte {
            b'\n' | b'\r' | 0 => true,
            b'"' => self.state != State::Plain,
            _ => Some(byte) == self.cut.separator,
        }
    }

    pub(super) fn feed(
        &mut self,
        text: &str,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Flow, Refused> {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let run = rest.iter().position(|&byte| self.special(byte)).unwrap_or(rest.len());
            if run > 0 {
                self.ordinary(&text[at..at + run])?;
                at += run;
                continue;
            }
            at += 1;
            if self.byte(rest[0], sink)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    fn ordinary(&mut self, run: &str) -> Result<(), Refused> {
        self.after_cr = false;
        match self.state {
            State::QuoteInQuoted => self.reopen()?,
            State::CellStart => self.state = State::Plain,
            _ => {}
        }
        self.record.push(run);
        if self.record.size() > RECORD_MAX {
            return Err(self.too_long());
        }
        Ok(())
    }

    fn too_long(&self) -> Refused {
        match self.state {
            State::Quoted | State::QuoteInQuoted => Refused::UnclosedQuote { line: self.quote_line },
            _ => Refused::LineTooLong { line: self.record.line },
        }
    }

    /// Text after a closing quote: on one line the quotes were part of the text; over several lines some quote is amiss.
    fn reopen(&mut self) -> Result<(), Refused> {
        if self.line != self.quote_line {
            return Err(Refused::UnclosedQuote { line: self.quote_line });
        }
        self.record.text.insert(self.quote_start, '"');
        self.record.push("\"");
        self.state = State::Plain;
        Ok(())
    }

    fn byte(
        &mut self,
        byte: u8,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Flow, Refused> {
        let follows_cr = std::mem::replace(&mut self.after_cr, byte == b'\r');
        if byte == 0 {
            self.nul();
            return Ok(Flow::Continue(()));
        }
        let line_end = byte == b'\n' || byte == b'\r';
        let second_half = byte == b'\n' && follows_cr;
        match self.state {
            State::Quoted => {
                match byte {
                    b'"' => self.state = State::QuoteInQuoted,
                    _ => self.record.push(as_str(byte)),
                }
                self.line += u64::from(line_end && !second_half);
                return Ok(Flow::Continue(()));
            }
            State::QuoteInQuoted if byte == b'"' => {
                self.record.push("\"");
                self.state = State::Quoted;
                return Ok(Flow::Continue(()));
            }
            State::CellStart if byte == b'"' => {
                self.state = State::Quoted;
                self.quote_line = self.line;
                self.quote_start = self.record.cell_start();
                return Ok(Flow::Continue(()));
            }
            _ => {}
        }
        if second_half && self.state == State::CellStart && self.record.len() == 0 {
            return Ok(Flow::Continue(()));
        }
        self.end_cell()?;
        if !line_end {
            return Ok(Flow::Continue(()));
        }
        self.line += 1;
        self.end_record(sink)
    }

    fn nul(&mut self) {
        let cell = self.record.len();
        if self.record.damaged.last() != Some(&cell) {
            self.record.damaged.push(cell);
        }
        if self.state == State::CellStart {
            self.state = State::Plain;
        }
    }

    fn end_cell(&mut self) -> Result<(), Refused> {
        self.record.end_cell();
        self.state = State::CellStart;
        if self.record.len() > COLUMNS_MAX {
            return Err(Refused::TooManyColumns { line: self.record.line });
        }
        Ok(())
    }

    fn end_record(
        &mut self,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Flow, Refused> {
        if self.cut.separator.is_none() {
            strip_comment(&mut self.record);
        }
        let flow = if self.record.is_blank() && self.record.damaged.is_empty() {
            Flow::Continue(())
        } else {
            sink(&mut self.record)?
        };
        self.record.clear();
        self.record.line = self.line;
        Ok(flow)
    }

    pub(super) fn finish(
        &mut self,
        sink: &mut dyn FnMut(&mut Record) -> Result<Flow, Refused>,
    ) -> Result<Flow, Refused> {
        if self.state == State::Quoted {
            return Err(Refused::UnclosedQuote { line: self.quote_line });
        }
        if self.record.len() == 0 && self.state == State::CellStart {
            return Ok(Flow::Continue(()));
        }
        self.end_cell()?;
        self.end_record(sink)
    }
}

fn as_str(byte: u8) -> &'static str {
    match byte {
        b'\n' => "\n",
        b'\r' => "\r",
        b',' => ",",
        b';' => ";",
        b'\t' => "\t",
        _ => "|",
    }
}

/// In a bare list of numbers `# …` and `// …` are remarks, whole lines or tails.
fn strip_comment(record: &mut Record) {
    let text = record.text.as_str();
    let starts = |at: usize| at == 0 || text[..at].ends_with(char::is_whitespace);
    let hash = text.match_indices('#').map(|(at, _)| at).find(|&at| starts(at));
    let slashes = text.match_indices("//").map(|(at, _)| at).find(|&at| starts(at));
    let cut = match (hash, slashes) {
        (Some(a), Some(b)) => a.min(b),
        (Some(at), None) | (None, Some(at)) => at,
        (None, None) => return,
    };
    let keep = text[..cut].trim_end().len();
    record.text.truncate(keep);
    if let Some(last) = record.ends.last_mut() {
        *last = keep;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, separator: Option<u8>, chunk: usize) -> Result<Vec<(u64, Vec<String>)>, Refused> {
        let mut out = Vec::new();
        let mut splitter = Splitter::new(Cut { separator });
        let mut sink = |record: &mut Record| {
            out.push((record.line, record.cells().map(str::to_owned).collect()));
            Ok(Flow::Continue(()))
        };
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.chunks(chunk) {
            let piece: String = piece.iter().collect();
            let _ = splitter.feed(&piece, &mut sink)?;
        }
        let _ = splitter.finish(&mut sink)?;
        Ok(out)
    }

    fn cells(text: &str) -> Vec<Vec<String>> {
        let whole = cut(text, Some(b','), 1 << 20).expect("well formed");
        assert_eq!(whole, cut(text, Some(b','), 1).expect("well formed"), "chunks change nothing: {text:?}");
        whole.into_iter().map(|(_, cells)| cells).collect()
    }

    #[test]
    fn every_line_end_ends_a_record() {
        assert_eq!(cells("a,b\r\nc,d\ne,f\rg,h"), [["a", "b"], ["c", "d"], ["e", "f"], ["g", "h"]]);
        assert_eq!(cells("a\r\r\n\n\nb\n"), [["a"], ["b"]]);
        assert_eq!(cells("a,\r\n,b"), [["a", ""], ["", "b"]]);
    }

    #[test]
    fn quotes_hold_separators_and_line_ends() {
        assert_eq!(cells("\"a,\"\"b\"\"\r\nc\",d\n"), [["a,\"b\"\r\nc", "d"]]);
        assert_eq!(cells("19\" monitor,x"), [["19\" monitor", "x"]]);
        assert_eq!(cells("\"Oak\" Ltd,x"), [["\"Oak\" Ltd", "x"]]);
        assert_eq!(cells("\"\",\"\"\na,"), [["a", ""]], "a record of empty cells is no row");
    }

    #[test]
    fn lines_are_counted_also_inside_quotes() {
        let rows = cut("h\n\"a\r\nb\"\rc\n", Some(b','), 3).expect("well formed");
        assert_eq!(rows.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn a_quote_never_closed_names_its_line() {
        assert_eq!(cut("a\nb,\"c\nd\n", Some(b','), 9), Err(Refused::UnclosedQuote { line: 2 }));
        assert_eq!(cut("a\nb,\"c\nd,\"e\",f\n", Some(b','), 9), Err(Refused::UnclosedQuote { line: 2 }));
    }

    #[test]
    fn a_record_has_a_bound() {
        let long = "x".repeat(RECORD_MAX + 1);
        assert_eq!(cut(&format!("a\n{long}"), Some(b','), 4096), Err(Refused::LineTooLong { line: 2 }));
        assert_eq!(cut(&format!("a\n\"{long}"), Some(b','), 4096), Err(Refused::UnclosedQuote { line: 2 }));
        let wide = ",".repeat(COLUMNS_MAX + 1);
        assert_eq!(cut(&wide, Some(b','), 4096), Err(Refused::TooManyColumns { line: 1 }));
    }

    #[test]
    fn nul_bytes_leave_a_mark_and_no_trace() {
        let mut seen = Vec::new();
        let mut splitter = Splitter::new(Cut { separator: Some(b',') });
        let mut sink = |record: &mut Record| {
            seen.push((record.cell(0).to_owned(), record.damaged.clone()));
            Ok(Flow::Continue(()))
        };
        let _ = splitter.feed("N\0u\0ll,1\n\0,\0\nC,2\n", &mut sink).expect("read on");
        assert_eq!(seen, [("Null".into(), vec![0]), (String::new(), vec![0, 1]), ("C".into(), vec![])]);
    }

    #[test]
    fn a_bare_list_has_remarks() {
        let rows = cut("# staff\n1  # one\n\n#2\n3\t// three\n  \n//4\n5#6\n", None, 7).expect("well formed");
        let rows: Vec<_> = rows.into_iter().map(|(line, cells)| (line, cells.concat())).collect();
        assert_eq!(rows, [(2, "1".into()), (5, "3".into()), (8, "5#6".into())]);
    }
}
