//! Labels that would be code, comments or documentation if anyone took them for that.

brt::head! {
    crate = ::brt;

    /// Labels that end strings, blocks and comments.
    pub head Hostile {
        labels
            quote = "\"; } } fn main() { panic!() } /*",
            brace = "}}{{",
            comment = "*/ /* //",
            escape = "\\\"\\",
            lines = "a\nb\r\tc\0",
            fence = "```rust",
            tick = "a`b`` c",
            html = "<script>alert(1)</script>",
            link = "[`Nowhere`] [x](y) <https://a.b>",
            arguments = "{} {0} {x:?} %s $x #x",
            emoji = "🙂",
            empty = "",
            attribute = "#![allow(unsafe_code)]",
            hidden = "r#\"x\"#";
        input pooled;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// Variants of names that Rust's own enums have.
    pub head Familiar {
        labels some, none, ok, err, self, box, "Vec", "String";
        input pooled;
        classifier: linear hidden -> labels;
        loss bce;
    }
}
