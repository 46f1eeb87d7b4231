namespace Isthmus.Training;

/// <summary>A loss or gradient became NaN or infinite. The message says at which step, which term, and what to try.</summary>
public sealed class TrainingDivergedException(string message) : Exception(message);
