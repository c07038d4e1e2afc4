package keyfence.simulator.describe;

/** Characters of a text with the place in it, for messages. */
final class Scanner {
  private final String text;
  private int position;

  Scanner(String text) {
    this.text = text;
  }

  boolean atEnd() {
    return position >= text.length();
  }

  /** The next character, 0 at the end. */
  char peek() {
    return atEnd() ? 0 : text.charAt(position);
  }

  char next() {
    if (atEnd()) {
      throw error("the text ends here");
    }
    return text.charAt(position++);
  }

  boolean take(char expected) {
    if (peek() == expected) {
      position++;
      return true;
    }
    return false;
  }

  void expect(char expected) {
    if (!take(expected)) {
      throw error("'" + expected + "' expected");
    }
  }

  boolean takeWord(String word) {
    if (text.startsWith(word, position)) {
      position += word.length();
      return true;
    }
    return false;
  }

  String takeWhile(java.util.function.IntPredicate accepted) {
    int start = position;
    while (!atEnd() && accepted.test(peek())) {
      position++;
    }
    return text.substring(start, position);
  }

  DescriptionException error(String what) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < Math.min(position, text.length()); i++) {
      column++;
      if (text.charAt(i) == '\n') {
        line++;
        column = 1;
      }
    }
    return new DescriptionException("line " + line + ", column " + column + ": " + what);
  }
}
