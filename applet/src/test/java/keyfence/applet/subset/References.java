// R3: the classes and calls that a card has.
package keyfence.applet.subset;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.Type;

/**
 * The own package, the 3.0.4 API and a few classes of java.lang; and calls of the API that only
 * jCardSim has.
 */
final class References {
  private static final Set<String> JAVA_LANG =
      names(
          "java/lang/",
          "Object Throwable Exception RuntimeException ArithmeticException ArrayStoreException ClassCastException "
              + "IndexOutOfBoundsException ArrayIndexOutOfBoundsException NegativeArraySizeException NullPointerException "
              + "SecurityException");

  /** The classes of the Java Card 3.0.4 classic API. */
  private static final Set<String> API = new HashSet<>();

  static {
    API.addAll(
        names(
            "javacard/framework/",
            "AID APDU APDUException Applet AppletEvent CardException CardRuntimeException ISO7816 ISOException JCSystem "
                + "MultiSelectable OwnerPIN PIN PINException Shareable SystemException TransactionException UserException "
                + "Util"));
    API.addAll(
        names(
            "javacard/framework/service/",
            "BasicService CardRemoteObject Dispatcher RMIService RemoteService SecurityService Service ServiceException"));
    API.addAll(
        names(
            "javacard/security/",
            "AESKey Checksum CryptoException DESKey DSAKey DSAPrivateKey DSAPublicKey ECKey ECPrivateKey ECPublicKey HMACKey "
                + "InitializedMessageDigest Key KeyAgreement KeyBuilder KeyPair KoreanSEEDKey MessageDigest PrivateKey "
                + "PublicKey RSAPrivateCrtKey RSAPrivateKey RSAPublicKey RandomData SecretKey Signature "
                + "SignatureMessageRecovery"));
    API.addAll(names("javacardx/crypto/", "Cipher KeyEncryption"));
    API.addAll(names("javacardx/apdu/", "ExtendedLength"));
    API.addAll(
        names(
            "javacardx/biometry/",
            "BioBuilder BioException BioTemplate OwnerBioTemplate SharedBioTemplate"));
    API.addAll(names("javacardx/external/", "ExternalException Memory MemoryAccess"));
    API.addAll(names("javacardx/framework/math/", "BCDUtil BigNumber ParityBit"));
    API.addAll(
        names(
            "javacardx/framework/tlv/",
            "BERTLV BERTag ConstructedBERTLV ConstructedBERTag PrimitiveBERTLV PrimitiveBERTag TLVException"));
    API.addAll(names("javacardx/framework/util/", "ArrayLogic UtilException"));
  }

  /** Methods of Object that no card has, whatever class they are called on. */
  private static final Set<String> NEVER_OF_OBJECT =
      Set.of(
          "getClass", "hashCode", "toString", "clone", "finalize", "notify", "notifyAll", "wait");

  /**
   * Methods by simple name that 3.0.4 doesn't have, whichever class or interface of the API they
   * are called on.
   */
  private static final Set<String> NEVER =
      Set.of(
          "nextBytes",
          "verifyPreComputedHash",
          "arrayFill",
          "arrayFillGeneric",
          "copyDomainParametersFrom",
          "buildKeyWithSharedDomain");

  private static final Set<String> WITHOUT_GET_ALGORITHM =
      Set.of(
          "javacard/security/RandomData", "javacard/security/Signature", "javacardx/crypto/Cipher");

  private final String ownPackage;

  References(String ownPackage) {
    this.ownPackage = ownPackage;
  }

  private static Set<String> names(String prefix, String simpleNames) {
    Set<String> names = new HashSet<>();
    for (String name : simpleNames.split(" ")) {
      names.add(prefix + name);
    }
    return names;
  }

  void checkDescriptor(Report report, int line, String descriptor) {
    checkType(report, line, Type.getReturnType(descriptor));
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      checkType(report, line, argument);
    }
  }

  void checkType(Report report, int line, Type type) {
    Type element = type.getSort() == Type.ARRAY ? type.getElementType() : type;
    if (element.getSort() == Type.OBJECT) {
      checkClass(report, line, element.getInternalName());
    }
  }

  /**
   * @param name internal name, or an array's descriptor
   */
  void checkClass(Report report, int line, String name) {
    if (name == null) {
      return;
    }
    if (name.startsWith("[")) {
      checkType(report, line, Type.getType(name));
    } else if (!isOwn(name) && !JAVA_LANG.contains(name) && !API.contains(name)) {
      report.add("R3", line, "a reference to " + name);
    }
  }

  private boolean isOwn(String name) {
    int slash = name.lastIndexOf('/');
    return slash >= 0 && name.substring(0, slash).equals(ownPackage);
  }

  void checkCall(Report report, int line, String owner, String name, String descriptor) {
    checkClass(report, line, owner);
    checkDescriptor(report, line, descriptor);
    boolean ofObject =
        NEVER_OF_OBJECT.contains(name) && Type.getArgumentTypes(descriptor).length == 0;
    if (ofObject) {
      report.add("R3", line, "a call of " + name + "()");
    } else if (JAVA_LANG.contains(owner)
        && !(name.equals("<init>") && descriptor.equals("()V"))
        && !name.equals("equals")) {
      report.add("R3", line, "a call of " + owner + "." + name + descriptor);
    }
    if (owner.startsWith("javacard") && isNever(owner, name)) {
      report.add("R3", line, "a call that 3.0.4 lacks: " + owner + "." + name);
    }
  }

  private static boolean isNever(String owner, String name) {
    return NEVER.contains(name)
        || WITHOUT_GET_ALGORITHM.contains(owner)
            && name.startsWith("get")
            && name.endsWith("Algorithm");
  }
}
