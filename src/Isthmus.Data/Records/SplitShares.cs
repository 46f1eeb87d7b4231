namespace Isthmus.Data.Records;

/// <summary>Shares of the records that are held out of training.</summary>
/// <param name="Validation">To choose the epoch; above 0.</param>
/// <param name="Test">To report figures on; above 0, and below 1 together with <paramref name="Validation"/>.</param>
internal readonly record struct SplitShares(double Validation, double Test)
{
    /// <summary>A tenth each.</summary>
    public static SplitShares Usual { get; } = new(0.1, 0.1);

    /// <summary>Throws unless they leave records to train on.</summary>
    public SplitShares Checked() =>
        Validation > 0 && Test > 0 && Validation + Test < 1
            ? this
            : throw new InvalidInputException(
                $"Shares of {Validation} to validate on and {Test} to test on",
                "cannot be split off",
                "give each above 0 and both together below 1, such as 0.1 and 0.1"
            );
}
