package keyfence.simulator.state;

import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import keyfence.simulator.memory.CardContext;

/** Between a card's objects and its state file. */
public final class CardState {
  private final CardContext card;
  private final Collection<Class<?>> classes;

  /** For a card made of these classes. */
  public CardState(CardContext card, Collection<Class<?>> classes) {
    this.card = card;
    this.classes = classes;
  }

  /** The image as bytes: the body of a state file. */
  public byte[] encode(CardImage image) {
    try {
      return new StateWriter(card.transients(), new HashSet<>(classes)).write(image);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The image that bytes describe.
   *
   * @param fresh a newly installed card of today's classes, asked for only if these have fields
   *     that the file lacks
   */
  public CardImage decode(byte[] body, java.util.function.Supplier<CardImage> fresh) {
    try {
      StateReader reader = new StateReader(card, classes, body);
      CardImage image = reader.read();
      if (LaterFields.missing(reader)) {
        new LaterFields(reader).fill(image, fresh.get());
      }
      return image;
    } catch (IOException e) {
      throw new StateException("unreadable: " + e.getMessage(), e);
    } catch (StateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new StateException("it makes no sense: " + e, e);
    }
  }

  /** Writes the image into a file. */
  public void save(CardImage image, StateFile file) throws IOException {
    file.write(encode(image));
  }

  /** Reads the image from a file, null when there is none. */
  public CardImage load(StateFile file, java.util.function.Supplier<CardImage> fresh)
      throws IOException {
    byte[] body = file.read();
    if (body == null) {
      return null;
    }
    try {
      return decode(body, fresh);
    } catch (StateException e) {
      throw new StateException(file + ": " + e.getMessage(), e);
    }
  }
}
