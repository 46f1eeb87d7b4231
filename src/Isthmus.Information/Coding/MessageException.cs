namespace Isthmus.Information.Coding;

/// <summary>Thrown for bytes that are no message, or a message that ends too early or too late: damaged, cut short, or made with other distributions.</summary>
public class MessageException(string message) : Exception(message);

/// <summary>
/// Thrown when a pop needs more bits than the message holds. The coder is as before that pop. To start bits-back coding from nothing, give the coder
/// <see cref="InitialBits"/>.
/// </summary>
public sealed class MessageUnderflowException(string message) : MessageException(message);
