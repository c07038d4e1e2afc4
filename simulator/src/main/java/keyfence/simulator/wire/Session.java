package keyfence.simulator.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;

/** One connection to a reader's side, from its first frame to its end. */
final class Session {
  private static final int POWER_OFF = 0;
  private static final int POWER_ON = 1;
  private static final int RESET = 2;
  private static final int ATR = 4;

  private final CardHandler card;

  Session(CardHandler card) {
    this.card = card;
  }

  /**
   * Serves the connection until the reader ends it or the card loses its power; the caller closes
   * it. Returns whether it was the card that went.
   */
  boolean serve(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    Frames frames =
        new Frames(new BufferedInputStream(socket.getInputStream()), socket.getOutputStream());
    QuickAck acknowledgements = new QuickAck(socket);
    card.reset();
    while (true) {
      acknowledgements.request();
      byte[] frame = frames.read();
      if (frame == null) {
        return false;
      }
      if (frame.length == 1) {
        control(frame[0], frames);
      } else if (frame.length > 1) {
        byte[] answer = card.command(frame);
        if (answer == null) {
          return true;
        }
        frames.write(answer);
      }
    }
  }

  private void control(int code, Frames frames) throws IOException {
    switch (code) {
      case POWER_OFF, POWER_ON, RESET -> card.reset();
      case ATR -> frames.write(card.atr());
      default -> throw new IOException("unknown control byte " + code);
    }
  }
}
