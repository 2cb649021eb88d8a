//! Numbers as Python prints them, for module trees that equal PyTorch's.

/// A number as Python's `repr` writes it: `1e-12`, `1e-05`, `0.1`, `0.0`.
pub(crate) fn python_float(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string().to_lowercase();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..16).contains(&power) => format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()),
        _ => decimal(number),
    }
}

fn decimal(number: f64) -> String {
    let plain = number.to_string();
    if plain.contains('.') { plain } else { plain + ".0" }
}

#[cfg(test)]
mod tests {
    use super::python_float;

    #[test]
    fn prints_as_python_does() {
        let expected = [
            (1e-12, "1e-12"),
            (1e-5, "1e-05"),
            (1.5e-5, "1.5e-05"),
            (1e-4, "0.0001"),
            (0.1, "0.1"),
            (0.0, "0.0"),
            (-2.0, "-2.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (2.5e100, "2.5e+100"),
            (f64::INFINITY, "inf"),
        ];
        for (number, text) in expected {
            assert_eq!(python_float(number), text);
        }
    }
}
