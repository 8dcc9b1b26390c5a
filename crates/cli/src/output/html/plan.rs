//! A plan of expand and contract: who reads and writes what in which release.

use super::frame;
use maud::{Markup, html};
use unmigrate_app::expand::{Moment, Part, PlanFile, timeline};

/// The page.
pub fn planned(plan: &PlanFile) -> String {
    let state = match &plan.contract {
        Some(contract) => format!("the contract is written: {contract}"),
        None => "both shapes work until the contract".to_owned(),
    };
    let above = html! { p.aside { (state) } };
    let main = html! {
        @for part in &plan.parts { (section(part)) }
        @if !plan.checklist.is_empty() {
            section {
                h2 { "What to do" }
                ol { @for item in &plan.checklist { li { (item) } } }
            }
        }
    };
    frame("plan", &plan.migration, &above, &main, &html! {})
}

fn section(part: &Part) -> Markup {
    let moments = timeline(part);
    // In the order in which they appear.
    let mut objects: Vec<&str> = Vec::new();
    for (object, _) in moments.iter().flat_map(|moment| &moment.objects) {
        if !objects.contains(&object.as_str()) {
            objects.push(object);
        }
    }
    html! {
        section.history {
            h2 { (part.title) }
            p.aside { (part.recipe) " · " (part.table) }
            table.releases {
                thead { tr { td {} @for moment in &moments { th scope="col" { (moment.when) } } } }
                tbody {
                    @for object in objects {
                        tr { th scope="row" { code { (object) } } @for moment in &moments { td { (done_with(object, moment)) } } }
                    }
                }
            }
            @if !part.gates.is_empty() {
                h3 { "Before the contract there are none of these" }
                ul { @for gate in &part.gates { li { code { (gate.name) } " " (gate.asks) } } }
            }
            @if !part.corners.is_empty() {
                h3 { "To know" }
                ul { @for corner in &part.corners { li { (corner) } } }
            }
        }
    }
}

fn done_with<'a>(object: &str, moment: &'a Moment) -> &'a str {
    moment.objects.iter().find(|(name, _)| name == object).map_or("", |(_, does)| does)
}
