using Isthmus.Data.Storage;

namespace Isthmus.Data.Records;

/// <summary>Training, validation and test records; no record is in two parts.</summary>
/// <param name="Train">Records that the model is fitted on.</param>
/// <param name="Validation">Records that choose the epoch (early stopping, best weights).</param>
/// <param name="Test">Records for the reported results, never fitted on.</param>
public sealed record DataSplits(Dataset Train, Dataset Validation, Dataset Test)
{
    /// <summary>Random seed that the records were split by; null for parts that a caller chose.</summary>
    internal int? Seed { get; init; }

    /// <summary>Shares of the records that were held out.</summary>
    internal SplitShares Shares { get; init; } = SplitShares.Usual;

    /// <summary>
    /// Splits records at random, by <paramref name="seed"/> only: 80 % / 10 % / 10 %, at least one record each. More than 2,097,152
    /// records, or records of more than 1 GiB, are split by blocks of 1,024 neighbours, wherever they are kept.
    /// </summary>
    /// <exception cref="InvalidInputException">Fewer than three records.</exception>
    public static DataSplits Random(Dataset all, int seed) => Random(all, seed, SplitShares.Usual);

    /// <summary>The same with other proportions of the parts.</summary>
    /// <param name="all">The records.</param>
    /// <param name="seed">Random seed of the choice.</param>
    /// <param name="shares">Shares of the records that are held out.</param>
    /// <param name="byBlocks">True to split by blocks, false by single records, null as it follows from the size of the data.</param>
    internal static DataSplits Random(Dataset all, int seed, SplitShares shares, bool? byBlocks = null)
    {
        if (all.Selection is null && all.RecordBytes > 0 && (byBlocks ?? RecordBlocks.AreNeeded(all.Count, all.RecordBytes)))
        {
            var blocks = all.Blocks ?? RecordBlocks.Of(all.Count, all.HasPixels ? all.RecordBytes : 0);
            var (first, second, third) = Parts(all.Name, Permutation(blocks.Blocks, seed), shares);
            return new(all.With(blocks.Select(first)), all.With(blocks.Select(second)), all.With(blocks.Select(third)));
        }
        var (train, validation, test) = Parts(all.Name, Permutation(all.Count, seed), shares);
        return new(all.Select(train), all.Select(validation), all.Select(test));
    }

    /// <summary>Holds validation records out of <paramref name="fitted"/>, for data whose publisher fixed only the test set.</summary>
    /// <param name="fitted">The publisher's training records.</param>
    /// <param name="test">The publisher's test records.</param>
    /// <param name="validation">Number of records to hold out.</param>
    /// <param name="seed">Random seed of the choice.</param>
    /// <exception cref="InvalidInputException">There are no more training records than are to be held out.</exception>
    public static DataSplits HoldOut(Dataset fitted, Dataset test, int validation, int seed) => HoldOut(fitted, test, validation, seed, byBlocks: null);

    /// <inheritdoc cref="HoldOut(Dataset, Dataset, int, int)"/>
    internal static DataSplits HoldOut(Dataset fitted, Dataset test, int validation, int seed, bool? byBlocks)
    {
        if (fitted.Selection is null && fitted.RecordBytes > 0 && (byBlocks ?? RecordBlocks.AreNeeded(fitted.Count, fitted.RecordBytes)))
        {
            var blocks = RecordBlocks.Of(fitted.Count, fitted.HasPixels ? fitted.RecordBytes : 0);
            var (places, kept) = HoldOut(fitted.Name, blocks.Blocks, (validation - 1) / blocks.BlockRecords + 1, seed);
            return new(fitted.With(blocks.Select(places)), fitted.With(blocks.Select(kept)), test);
        }
        var (train, held) = HoldOut(fitted.Name, fitted.Count, validation, seed);
        return new(fitted.Select(train), fitted.Select(held), test);
    }

    /// <summary>Returns the places of the records to train on, and of those held out.</summary>
    internal static (int[] Train, int[] Validation) HoldOut(string name, int fitted, int validation, int seed)
    {
        if (fitted <= validation)
            throw new InvalidInputException(name, $"holds {fitted} training records", $"more than the {validation} to be held out for validation are needed");
        var order = Permutation(fitted, seed);
        return (order[..^validation], order[^validation..]);
    }

    /// <summary>Returns the first 80 % of an order of records, the next 10 % and the rest, at least one record each.</summary>
    /// <exception cref="InvalidInputException">Fewer than three records.</exception>
    internal static (int[] Train, int[] Validation, int[] Test) Parts(string name, int[] order, SplitShares shares, string noun = "record")
    {
        if (order.Length < 3)
            throw new InvalidInputException(
                name,
                $"holds {order.Length} {noun}{(order.Length == 1 ? "" : "s")}",
                "training needs at least 3, one each to fit, to validate and to test"
            );
        // A share of 0.3 is a hair below 3 tenths.
        int Records(double share) => Math.Max(1, (int)(share * order.Length + 1e-9));
        var (validation, test) = (Records(shares.Validation), Records(shares.Test));
        // At least one is trained on, of three records with large shares too.
        validation = Math.Min(validation, order.Length - test - 1) is > 0 and var least ? least : 1;
        test = Math.Min(test, order.Length - validation - 1);
        return (order[..^(validation + test)], order[^(validation + test)..^test], order[^test..]);
    }

    /// <summary>Returns a random permutation of 0 .. count - 1 that depends on <paramref name="seed"/> only.</summary>
    internal static int[] Permutation(int count, int seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(order);
        return order;
    }
}
