namespace Isthmus.Tests.Training;

/// <summary>A clock of which a second passes at each reading, so that the training loop reports after every step.</summary>
internal sealed class TickingClock : TimeProvider
{
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _seconds++;
}
