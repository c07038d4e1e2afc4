//! Fetching an answer that a T=0 card announces with 61xx instead of sending it (ISO 7816-4, GET RESPONSE).

use crate::error::TransportError;

const GET_RESPONSE: u8 = 0xc0;

/// The whole answer, fetched piece by piece where the card asks for that; anything else passes as it is.
pub(super) fn whole_answer(
    first: Vec<u8>,
    mut transmit: impl FnMut(&[u8]) -> Result<Vec<u8>, TransportError>,
) -> Result<Vec<u8>, TransportError> {
    let mut data = Vec::new();
    let mut answer = first;
    // A short APDU's answer is at most 256 bytes: a card that always has more is broken.
    while let [piece @ .., 0x61, more] = answer.as_slice() {
        data.extend_from_slice(piece);
        if data.len() > 256 {
            return Err(TransportError::Malformed { length: data.len() });
        }
        answer = transmit(&[0x00, GET_RESPONSE, 0x00, 0x00, *more])?;
    }
    data.append(&mut answer);
    Ok(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_pieces_is_put_together() {
        let mut pieces = vec![vec![3, 0x90, 0], vec![1, 2, 0x61, 1]]
            .into_iter()
            .rev();
        let mut asked = Vec::new();
        let whole = whole_answer(vec![0x61, 2], |command| {
            asked.push(command.to_vec());
            Ok(pieces.next().unwrap())
        });
        assert_eq!(whole.unwrap(), [1, 2, 3, 0x90, 0]);
        assert_eq!(asked, [[0, 0xc0, 0, 0, 2], [0, 0xc0, 0, 0, 1]]);
    }

    #[test]
    fn other_answers_pass_and_an_endless_one_ends() {
        for answer in [vec![0x90, 0], vec![], vec![0x61], vec![1, 2, 0x69, 0x82]] {
            assert_eq!(
                whole_answer(answer.clone(), |_| panic!("asked")).unwrap(),
                answer
            );
        }
        let endless = whole_answer(vec![0x61, 9], |_| {
            Ok(vec![0, 0, 0, 0, 0, 0, 0, 0, 0, 0x61, 9])
        });
        assert!(matches!(endless, Err(TransportError::Malformed { .. })));
    }
}
