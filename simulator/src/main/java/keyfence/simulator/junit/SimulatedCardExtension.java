package keyfence.simulator.junit;

import java.nio.file.Path;
import java.util.Optional;
import keyfence.simulator.card.SimulatedCard;
import keyfence.simulator.describe.CardDescription;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives a test its cards: one of its own for each parameter of type {@link SimulatedCard}. What
 * card it is says {@link Card} on the parameter, else on the method, else on the class.
 */
public final class SimulatedCardExtension implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SimulatedCard.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Optional<Card> wanted =
        parameter
            .findAnnotation(Card.class)
            .or(() -> AnnotationSupport.findAnnotation(context.getElement(), Card.class))
            .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), Card.class));
    return wanted.map(SimulatedCardExtension::make).orElseGet(SimulatedCard::fresh);
  }

  private static SimulatedCard make(Card card) {
    SimulatedCard.Builder builder = SimulatedCard.builder();
    for (long seed : card.seed()) {
      builder.seed(seed);
    }
    CardDescription description =
        card.file().isEmpty()
            ? CardDescription.parse(card.value())
            : CardDescription.read(Path.of(card.file()));
    return SimulatedCard.described(description, builder);
  }
}
