package keyfence.simulator;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import keyfence.simulator.card.AppletSpec;
import keyfence.simulator.card.CardClassSet;
import keyfence.simulator.card.Keyfence;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.wire.Listener;

/**
 * Makes a card and selects its applets over a socket, then ends: tells that an installation works,
 * and is what the archive of shared classes is recorded from.
 */
final class SelfTest {
  private static final byte[] GET_ATR = {4};
  private static final byte[] FIND_OUT = {(byte) 0x80, (byte) 0xF2, 0, 0};

  void run(Options options) throws IOException {
    CardProcess card = new CardProcess(SimulatedCard.fresh(), options, null);
    Listener listener = new Listener(0, card);
    Thread thread =
        new Thread(
            () -> {
              try {
                listener.run();
              } catch (IOException e) {
                System.err.println("keyfence-simulator: " + e.getMessage());
              }
            });
    thread.setDaemon(true);
    thread.start();
    try (Socket socket = new Socket("127.0.0.1", listener.port())) {
      exchange(socket, GET_ATR);
      for (AppletSpec applet : Keyfence.applets(new byte[0])) {
        if (!CardClassSet.onClassPath().has(applet.className())) {
          continue;
        }
        byte[] aid = applet.instanceAid();
        byte[] select = new byte[5 + aid.length];
        select[1] = (byte) 0xA4;
        select[2] = 4;
        select[4] = (byte) aid.length;
        System.arraycopy(aid, 0, select, 5, aid.length);
        byte[] answer = exchange(socket, select);
        if (answer[answer.length - 2] != (byte) 0x90) {
          throw new IOException("self test: " + applet + " can't be selected");
        }
        exchange(socket, FIND_OUT);
      }
    }
    System.out.println("self test passed");
  }

  private static byte[] exchange(Socket socket, byte[] content) throws IOException {
    byte[] frame = new byte[content.length + 2];
    frame[1] = (byte) content.length;
    System.arraycopy(content, 0, frame, 2, content.length);
    socket.getOutputStream().write(frame);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] answer = new byte[in.readUnsignedShort()];
    in.readFully(answer);
    return answer;
  }
}
