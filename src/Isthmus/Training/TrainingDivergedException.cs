namespace Isthmus.Training;

/// <summary>A loss or gradient became NaN or infinite. The message says at which step, which term, and what to try.</summary>
/// <param name="message">Description of the failure, and remedies.</param>
public sealed class TrainingDivergedException(Wording message) : Exception(message.ToString())
{
    /// <summary>The message with the names of settings as <paramref name="spelling"/> writes them.</summary>
    public string MessageWith(Func<ApiName, string> spelling) => message.ToString(spelling);
}
