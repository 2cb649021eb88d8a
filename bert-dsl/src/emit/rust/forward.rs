//! What the head computes: straight calls on typed fields.

use super::Expansion;
use super::build::fields;
use crate::emit::{Fragment, Name, quote};
use crate::ir::{LayerUse, LossUse, Operand, Pipeline, Step};
use crate::layers::Form;

impl Expansion<'_> {
    /// What makes the module a head.
    pub(super) fn head_impl(&self) -> Fragment {
        let name = self.name("Head");
        let outputs = self.head.outputs().map(|output| &output.name);
        let (without_targets, windowed, outcomes) = (self.without_targets(), self.windowed(), self.outcomes());
        let (demand, forward, loss, decode) = (self.demand(), self.forward(), self.loss(), self.decode());
        let [purpose, cx, targets] = self.arguments();
        quote! {
            #[automatically_derived]
            impl p::Head for #name {
                fn outputs(&self) -> p::Vec<&str> {
                    p::Vec::from([#(#outputs),*])
                }
                fn demand(&self, #purpose: p::Purpose<'_>) -> p::Demand {
                    #demand
                }
                fn forward(&self, #cx: &p::Context, encoded: &p::Encoded) -> p::Result<p::Vec<p::Value>> {
                    #forward
                }
                fn loss(&self, cx: &p::Context, outputs: &[p::Value], #targets: &p::Targets) -> p::Result<p::Vec<p::Part>> {
                    #loss
                }
                #without_targets
                fn decode(&self, outputs: &[p::Value], reading: &p::Reading<'_>) -> p::Result<p::Vec<p::Vec<p::Decoded>>> {
                    #decode
                }
                #windowed
                #outcomes
            }
        }
    }

    /// What `demand` and `forward` are given first and `loss` last, where they read it.
    fn arguments(&self) -> [Name; 3] {
        let needs_context = self.has_fresh_pooler() || !self.head.layers().is_empty();
        let needs_targets = !self.is_lone() || self.losses().all(|used| used.loss.room().targets() > 0);
        let named = [("purpose", self.depends_on_purpose()), ("cx", needs_context), ("targets", needs_targets)];
        named.map(|(name, read)| Name::new(if read { name } else { "_" }))
    }

    fn is_lone(&self) -> bool {
        self.head.pipelines.len() == 1
    }

    fn losses(&self) -> impl Iterator<Item = &LossUse> {
        self.head.pipelines.iter().filter_map(|pipeline| pipeline.loss.as_ref())
    }

    /// Only a head that can join windows says so.
    fn windowed(&self) -> Option<Fragment> {
        let counts = self.head.pipelines.iter().map(|pipeline| pipeline.outputs.len());
        self.head.joins_windows().then(|| {
            quote! {
                fn windowed(&self) -> p::Option<p::Vec<usize>> {
                    p::Some(p::Vec::from([#(#counts),*]))
                }
            }
        })
    }

    /// What a head with a loss that reads the batch alone says of itself.
    fn without_targets(&self) -> Option<Fragment> {
        self.losses().any(|used| used.loss.room().targets() == 0).then(|| {
            quote! {
                fn trains_without_targets(&self) -> bool {
                    true
                }
            }
        })
    }

    fn forward(&self) -> Fragment {
        let mut body = Body { code: Fragment::default(), skips: 0, selections: 0 };
        for pipeline in &self.head.pipelines {
            self.pipeline(pipeline, &mut body);
        }
        let code = body.code;
        match self.is_lone() {
            true => code,
            false => quote! {
                let mut outputs = p::Vec::new();
                #code
                p::Ok(outputs)
            },
        }
    }

    fn pipeline(&self, pipeline: &Pipeline, body: &mut Body) {
        let x = Name::new("x");
        let source = self.read(pipeline.source);
        body.push(quote!(let #x = #source;));
        self.steps(&pipeline.steps, &x, &x, body);
        let several = matches!(pipeline.steps.last(), Some(Step::Layer(used)) if used.layer.room().form() == Form::Several);
        match (several, self.is_lone()) {
            (false, false) => body.push(quote!(outputs.push(#x);)),
            (false, true) => body.push(quote!(p::Ok(p::Vec::from([#x])))),
            (true, false) => body.push(quote!(outputs.extend(#x);)),
            (true, true) => body.push(quote!(p::Ok(#x))),
        }
    }

    fn read(&self, source: usize) -> Fragment {
        match self.head.sources.get(source).is_some_and(|used| used.fresh) {
            true => quote!(self.bert.forward(cx, &encoded.output(#source)?)?),
            false => quote!(encoded.output(#source)?),
        }
    }

    /// Steps from the value `from` to the value `to`. Returns the value that the last step gave.
    fn steps(&self, steps: &[Step], from: &Name, to: &Name, body: &mut Body) -> Name {
        let mut from = from.clone();
        for step in steps {
            match step {
                Step::Layer(used) => body.push(self.call(used, &from, to)),
                Step::Block { layer, steps } if layer.layer.room().form() == Form::Sampled => self.sampled(layer, steps, &from, to, body),
                Step::Block { layer, steps } => self.block(layer, steps, &from, to, body),
                Step::Let { name, source, steps } => {
                    self.binding(name, *source, steps, &from, body);
                    continue;
                }
                Step::Select { .. } => body.select(&from, to),
            }
            from = to.clone();
        }
        from
    }

    fn call(&self, used: &LayerUse, from: &Name, to: &Name) -> Fragment {
        let layer = fields(&used.path);
        match used.layer.room().form() {
            Form::Positioned => {
                let name = used.operands.first().map(|operand| operand.name.clone()).unwrap_or_default();
                quote!(let #to = #layer.forward(cx, &#from, &encoded.position(#name)?)?;)
            }
            Form::Unary | Form::Block | Form::Sampled if used.training_only => {
                let as_it_is = as_it_is(from, to);
                quote!(let #to = if cx.is_training() { #layer.forward(cx, &#from)? } else { #as_it_is };)
            }
            Form::Unary | Form::Block | Form::Sampled | Form::Several => quote!(let #to = #layer.forward(cx, &#from)?;),
            Form::Combined => {
                let operands = used.operands.iter().map(operand);
                quote!(let #to = #layer.forward(cx, &[#(#operands),*])?;)
            }
        }
    }

    fn block(&self, layer: &LayerUse, steps: &[Step], from: &Name, to: &Name, body: &mut Body) {
        let skip = Name(format!("skip_{}", body.skips));
        body.skips += 1;
        body.push(quote!(let #skip = #from.clone();));
        let inside = self.steps(steps, from, to, body);
        let join = layer.layer.room().rust(&super::Build::new(self, layer)).new;
        body.push(quote!(let #to = #join(&#skip, &#inside)?;));
    }

    /// A block that its layer runs several times: a closure, from which no name gets out.
    fn sampled(&self, layer: &LayerUse, steps: &[Step], from: &Name, to: &Name, body: &mut Body) {
        let mut inner = Body { code: Fragment::default(), skips: body.skips, selections: body.selections };
        let x = Name::new("x");
        let end = self.steps(steps, &x, &x, &mut inner);
        body.selections = inner.selections;
        let (code, new) = (inner.code, layer.layer.room().rust(&super::Build::new(self, layer)).new);
        body.push(match layer.training_only {
            true => quote! {
                let block = |cx: &p::Context, x: &p::Value| -> p::Result<p::Value> { let x = x.clone(); #code p::Ok(#end) };
                let #to = if cx.is_training() { #new.forward(cx, &#from, block)? } else { block(cx, &#from)? };
            },
            false => quote!(let #to = #new.forward(cx, &#from, |cx, x| { let x = x.clone(); #code p::Ok(#end) })?;),
        });
    }

    fn binding(&self, name: &str, source: Option<usize>, steps: &[Step], from: &Name, body: &mut Body) {
        let value = let_name(name);
        let start = match source {
            Some(source) => {
                let read = self.read(source);
                body.push(quote!(let #value = #read;));
                value.clone()
            }
            None => from.clone(),
        };
        let end = self.steps(steps, &start, &value, body);
        if end != value {
            body.push(quote!(let #value = #end.clone();));
        }
    }

    fn loss(&self) -> Fragment {
        let mut first = 0;
        let mut parts = Vec::new();
        for pipeline in &self.head.pipelines {
            if let Some(used) = &pipeline.loss {
                parts.push((used, self.loss_parts(pipeline, used, first)));
            }
            first += pipeline.outputs.len();
        }
        match parts.as_slice() {
            [] => {
                let name = &self.head.name;
                quote!(let _ = (cx, outputs, targets); p::Err(p::no_loss(#name)))
            }
            [(_, only)] if self.is_lone() => quote!(p::Ok(p::Vec::from(#only))),
            several => {
                let each = several.iter().map(|(used, parts)| where_wanted(used, parts));
                quote! {
                    let mut parts = p::Vec::new();
                    #(#each)*
                    p::some_parts(parts, targets)
                }
            }
        }
    }

    /// The array of a loss's parts, one for each output that it reads.
    fn loss_parts(&self, pipeline: &Pipeline, used: &LossUse, first: usize) -> Fragment {
        let weight = used.weight;
        let loss = match pipeline.last_layer().filter(|_| used.loss.room().is_of_last_layer()) {
            Some(layer) => fields(&layer.path),
            None => used.loss.room().rust(),
        };
        let names: Vec<&String> = pipeline.outputs.iter().map(|output| &output.name).collect();
        match (used.loss.room().targets(), used.targets.as_slice(), names.as_slice()) {
            (2, [start, end], [a, b]) => {
                let second = first + 1;
                quote!(#loss.parts([#a, #b], #weight, cx, [&outputs[#first], &outputs[#second]], [targets.require(#start)?, targets.require(#end)?])?)
            }
            (0, _, [name, ..]) => quote!([#loss.part(#name, #weight, cx, &outputs[#first])?]),
            (_, [target, ..], [name, ..]) => quote!([#loss.part(#name, #weight, cx, &outputs[#first], targets.require(#target)?)?]),
            _ => quote!([]),
        }
    }

    fn decode(&self) -> Fragment {
        let calls = self.readings().iter().map(|(_, reading)| &reading.call);
        quote!(p::Ok(p::Vec::from([#(#calls),*])))
    }
}

/// Adds a loss's parts: of several losses those whose target is there, and those that need none.
fn where_wanted(used: &LossUse, parts: &Fragment) -> Fragment {
    match used.targets.first().filter(|_| used.loss.room().targets() > 0) {
        Some(target) => quote!(if targets.get(#target).is_some() { parts.extend(#parts); }),
        None => quote!(parts.extend(#parts);),
    }
}

/// The code of a `forward`, as it grows.
struct Body {
    code: Fragment,
    skips: usize,
    selections: usize,
}

impl Body {
    fn push(&mut self, statement: Fragment) {
        self.code.push(statement);
    }

    /// Keeps the rows of the next selection.
    fn select(&mut self, from: &Name, to: &Name) {
        let number = self.selections;
        self.selections += 1;
        self.push(quote!(let #to = encoded.select(&#from, #number)?;));
    }
}

/// A value that a step passes by.
fn as_it_is(from: &Name, to: &Name) -> Fragment {
    if from == to { quote!(#from) } else { quote!(#from.clone()) }
}

fn let_name(name: &str) -> Name {
    Name(format!("let_{name}"))
}

fn operand(operand: &Operand) -> Fragment {
    let name = &operand.name;
    match operand.given {
        true => quote!(&encoded.given(#name)?),
        false => {
            let value = let_name(name);
            quote!(&#value)
        }
    }
}
