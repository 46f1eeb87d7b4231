namespace Isthmus.Information.MutualInformation;

/// <summary>Steps of two series that have all the past needed by a transfer entropy.</summary>
internal static class SeriesHistory
{
    /// <summary>Returns the first step with its whole past, and the number of steps from it on.</summary>
    /// <exception cref="ArgumentException">Histories or lag out of range, series of different lengths, or too short for one step.</exception>
    public static (int First, int Steps) Steps(int targetHistory, int sourceHistory, int lag, int source, int target)
    {
        if (targetHistory < 0 || sourceHistory < 1 || lag < 1)
            throw new ArgumentException(
                $"Transfer entropy needs a target history of at least 0, a source history and a lag of at least 1; they are {targetHistory}, {sourceHistory} "
                    + $"and {lag}."
            );
        if (source != target)
            throw new ArgumentException($"Transfer entropy needs sequences of equal length; they have {source} and {target} rows.");
        var first = Math.Max((long)targetHistory, (long)lag + sourceHistory - 1);
        return first < target
            ? ((int)first, target - (int)first)
            : throw new ArgumentException(
                $"Transfer entropy with these histories needs at least {first + 1} rows; there are {target}. Give a longer sequence, or shorter histories and "
                    + $"lag."
            );
    }
}
