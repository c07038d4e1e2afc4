package keyfence.simulator.memory;

import java.lang.reflect.Field;

/** A field's old value. */
final class FieldUndo implements Undo {
  private final Object object;
  private final Field field;
  private final Object old;

  FieldUndo(Object object, Field field, Object old) {
    this.object = object;
    this.field = field;
    this.old = old;
  }

  /** Notes a field's present value. */
  static FieldUndo of(Object object, Field field) {
    return new FieldUndo(object, field, Fields.get(object, field));
  }

  @Override
  public void undo() {
    Fields.set(object, field, old);
  }
}
