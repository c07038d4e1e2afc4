package keyfence.simulator.state;

/** The types of fields and elements; the letters are part of the file format. */
enum ValueType {
  BYTE('B'),
  BOOLEAN('Z'),
  SHORT('S'),
  INT('I'),
  REFERENCE('L');

  final char code;

  ValueType(char code) {
    this.code = code;
  }

  static ValueType of(Class<?> type) {
    if (type == byte.class) {
      return BYTE;
    } else if (type == boolean.class) {
      return BOOLEAN;
    } else if (type == short.class) {
      return SHORT;
    } else if (type == int.class) {
      return INT;
    } else if (!type.isPrimitive()) {
      return REFERENCE;
    }
    throw new StateException("a card has no " + type);
  }

  static ValueType of(int code) {
    for (ValueType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    throw new StateException("unknown type of value " + code);
  }
}
