//! The questions that lead to a task.

use std::io::{self, BufRead, Write};

use super::task::Task;
use crate::failure::Failure;

/// A question, and what follows from each answer.
struct Question {
    text: &'static str,
    answers: &'static [(&'static str, Next)],
}

enum Next {
    Ask(&'static Question),
    Begin(Task),
}

static WHAT_YOU_HAVE: Question = Question {
    text: "What do you have?",
    answers: &[
        ("single texts", Next::Ask(&OF_A_TEXT)),
        ("pairs of texts", Next::Ask(&OF_A_PAIR)),
        ("a question, and a text that may answer it", Next::Begin(Task::Span)),
        ("a beginning, and several endings to choose from", Next::Begin(Task::Choice)),
        ("texts with a word left out", Next::Begin(Task::Masked)),
    ],
};

static OF_A_TEXT: Question = Question {
    text: "What do you want of a text?",
    answers: &[
        ("one answer for the whole text", Next::Ask(&FOR_A_TEXT)),
        ("one answer for each word", Next::Begin(Task::Tag)),
        ("a vector, to compare it with others", Next::Begin(Task::Embedding)),
    ],
};

static FOR_A_TEXT: Question = Question {
    text: "What is an answer?",
    answers: &[
        ("one label of several", Next::Begin(Task::Classify)),
        ("any number of labels", Next::Begin(Task::MultiLabel)),
        ("a number", Next::Begin(Task::Regression)),
        ("a rank, such as stars", Next::Begin(Task::Rank)),
    ],
};

static OF_A_PAIR: Question = Question {
    text: "What do you want of a pair?",
    answers: &[
        ("one label of several", Next::Begin(Task::Pair)),
        ("how alike they are, read together", Next::Begin(Task::Similarity)),
        ("a vector of each, so that those of one pair are near", Next::Begin(Task::Embedding)),
    ],
};

/// Asks until a task is found.
pub fn task(input: &mut impl BufRead, output: &mut impl Write) -> Result<Task, Failure> {
    let mut question = &WHAT_YOU_HAVE;
    loop {
        match answer(question, input, output)? {
            Next::Ask(next) => question = next,
            Next::Begin(task) => return Ok(*task),
        }
    }
}

fn answer(question: &'static Question, input: &mut impl BufRead, output: &mut impl Write) -> Result<&'static Next, Failure> {
    writeln!(output, "{}", question.text)?;
    for (number, (text, _)) in question.answers.iter().enumerate() {
        writeln!(output, "  {}  {text}", number + 1)?;
    }
    loop {
        write!(output, "> ")?;
        output.flush()?;
        let said = line(input)?;
        let chosen = said.parse::<usize>().ok().and_then(|number| question.answers.get(number.checked_sub(1)?));
        match chosen {
            Some((_, next)) => return Ok(next),
            None => writeln!(output, "a number from 1 to {}, please", question.answers.len())?,
        }
    }
}

/// Asks for a name; an empty line is the task's own.
pub fn name(usual: String, input: &mut impl BufRead, output: &mut impl Write) -> Result<String, Failure> {
    write!(output, "What is it called? [my-{usual}] ")?;
    output.flush()?;
    let said = line(input)?;
    Ok(if said.is_empty() { format!("my-{usual}") } else { said })
}

fn line(input: &mut impl BufRead) -> Result<String, Failure> {
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(0) => Err(Failure::new("there was no answer: `bert new NAME --task TASK` asks nothing")),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(String::new()),
        Err(error) => Err(Failure::new(format!("the answer cannot be read: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn asked(answers: &str) -> (Result<Task, Failure>, String) {
        let mut output = Vec::new();
        let task = task(&mut answers.as_bytes(), &mut output);
        (task, String::from_utf8(output).unwrap())
    }

    #[test]
    fn two_answers_lead_to_tags() {
        let (task, shown) = asked("1\n2\n");
        assert_eq!(task.unwrap(), Task::Tag);
        assert!(shown.contains("What do you have?\n  1  single texts\n") && shown.contains("  2  one answer for each word\n"), "{shown}");
    }

    #[test]
    fn three_answers_lead_to_labels() {
        assert_eq!(asked("1\n1\n2\n").0.unwrap(), Task::MultiLabel);
    }

    #[test]
    fn what_is_no_answer_is_asked_again() {
        let (task, shown) = asked("none\n0\n9\n4\n");
        assert_eq!(task.unwrap(), Task::Choice);
        assert_eq!(shown.matches("a number from 1 to 5, please").count(), 3);
    }

    #[test]
    fn an_input_that_ends_is_an_error() {
        assert!(asked("1\n").0.is_err());
    }

    #[test]
    fn an_empty_line_is_the_usual_name() {
        let called = |answer: &str| name("tag".to_owned(), &mut answer.as_bytes(), &mut Vec::new()).unwrap();
        assert_eq!([called("\n"), called("places\n")], ["my-tag", "places"]);
    }
}
