// One place where the applet leaves the Java Card subset.
package keyfence.applet.subset;

/**
 * A violation: rule, class, method (empty for the class itself), line (0 when the class file
 * doesn't say) and what is wrong.
 */
record Violation(String rule, String className, String method, int line, String what) {
  @Override
  public String toString() {
    return rule
        + " "
        + className
        + (method.isEmpty() ? "" : "." + method)
        + ":"
        + line
        + ": "
        + what;
  }
}
