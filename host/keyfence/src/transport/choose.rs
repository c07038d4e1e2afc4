//! Which reader is meant, by its name or by what is in it.

use super::PcscReader;
use crate::error::TransportError;

/// The reader whose name is `wanted`, or the only one whose name has it as a part (case is ignored).
///
/// Without a name: the only reader there is, or the only one that holds a card.
pub(super) fn choose(
    readers: Vec<PcscReader>,
    wanted: Option<&str>,
) -> Result<PcscReader, TransportError> {
    let names = |list: &[PcscReader]| {
        list.iter()
            .map(|reader| reader.name.clone())
            .collect::<Vec<_>>()
    };
    let one = |list: Vec<PcscReader>| match <[PcscReader; 1]>::try_from(list) {
        Ok([reader]) => Ok(reader),
        Err(list) => Err(list),
    };
    if readers.is_empty() {
        return match wanted {
            Some(wanted) => Err(TransportError::UnknownReader {
                wanted: wanted.to_owned(),
                names: Vec::new(),
            }),
            None => Err(TransportError::NoReader),
        };
    }
    if let Some(wanted) = wanted {
        if let Some(exact) = readers.iter().find(|reader| reader.name == wanted) {
            return Ok(exact.clone());
        }
        let part = wanted.to_lowercase();
        let all = names(&readers);
        let matching = readers
            .into_iter()
            .filter(|reader| reader.name.to_lowercase().contains(&part))
            .collect();
        return one(matching).map_err(|list| {
            if list.is_empty() {
                TransportError::UnknownReader {
                    wanted: wanted.to_owned(),
                    names: all,
                }
            } else {
                TransportError::SeveralReaders {
                    names: names(&list),
                }
            }
        });
    }
    let all = match one(readers) {
        Ok(reader) => return Ok(reader),
        Err(all) => all,
    };
    let with_card = all
        .iter()
        .filter(|reader| reader.card_present)
        .cloned()
        .collect();
    one(with_card).map_err(|list| TransportError::SeveralReaders {
        names: names(if list.is_empty() { &all } else { &list }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(name: &str, card_present: bool) -> PcscReader {
        PcscReader {
            name: name.into(),
            card_present,
            atr: Vec::new(),
        }
    }

    #[test]
    fn without_a_name_the_only_reader_or_the_only_card_is_meant() {
        assert!(matches!(
            choose(vec![], None),
            Err(TransportError::NoReader)
        ));
        assert_eq!(choose(vec![reader("A", false)], None).unwrap().name, "A");
        assert_eq!(
            choose(vec![reader("A", false), reader("B", true)], None)
                .unwrap()
                .name,
            "B"
        );
        let several = choose(
            vec![reader("A", true), reader("B", true), reader("C", false)],
            None,
        );
        assert!(
            matches!(several, Err(TransportError::SeveralReaders { names }) if names == ["A", "B"])
        );
        let empty = choose(vec![reader("A", false), reader("B", false)], None);
        assert!(
            matches!(empty, Err(TransportError::SeveralReaders { names }) if names == ["A", "B"])
        );
    }

    #[test]
    fn a_name_is_exact_or_a_part_that_one_reader_has() {
        let all = || {
            vec![
                reader("ACS 00 00", true),
                reader("ACS 00 00 B", true),
                reader("Gemalto", false),
            ]
        };
        assert_eq!(choose(all(), Some("ACS 00 00")).unwrap().name, "ACS 00 00");
        assert_eq!(choose(all(), Some("gem")).unwrap().name, "Gemalto");
        assert!(matches!(
            choose(all(), Some("acs")),
            Err(TransportError::SeveralReaders { .. })
        ));
        assert!(matches!(
            choose(all(), Some("x")),
            Err(TransportError::UnknownReader { .. })
        ));
        assert!(matches!(
            choose(vec![], Some("x")),
            Err(TransportError::UnknownReader { .. })
        ));
    }
}
