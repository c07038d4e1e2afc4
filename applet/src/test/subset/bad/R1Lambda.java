package sample;

class R1Lambda {
  interface Call {
    void run();
  }

  static Call make() {
    return () -> {}; // !R1 R6
  }

  static void none() {}

  static Call reference() {
    return R1Lambda::none; // !R1 R6
  }
}
