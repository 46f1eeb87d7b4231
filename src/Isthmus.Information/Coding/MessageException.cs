namespace Isthmus.Information.Coding;

/// <summary>Bytes that are no message, or a message that ends where it must not: damaged, cut short, or not made with these distributions.</summary>
public class MessageException(string message) : Exception(message);

/// <summary>
/// A pop needed more bits than the message holds. The coder that threw it stands as before that pop. Where bits-back is to start
/// from nothing, give the coder <see cref="InitialBits"/>.
/// </summary>
public sealed class MessageUnderflowException(string message) : MessageException(message);
