using Isthmus.Codes;
using Isthmus.Compute;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>Synthetic rows drawn from a model of a table.</summary>
public static class SyntheticRows
{
    /// <summary>
    /// Draws synthetic rows in the columns' own types, ranges and categories: z from the codes of the kept training rows, each q(z|x) with the same weight,
    /// which is the prior that the decoder was trained under (Hoffman and Johnson 2016), and x ~ p(x|z).
    /// </summary>
    /// <param name="trained">A variational model of a table.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="seed">Random seed.</param>
    /// <exception cref="InvalidInputException">The model has no prior, or is not of rows.</exception>
    public static IReadOnlyList<Column> Draw(TrainedModel trained, int count, int seed)
    {
        var table = Rows(trained);
        var values = DrawnRows(trained, count, seed);
        var random = new Random(seed);
        return
        [
            .. table.Fields.Select(
                (field, column) =>
                {
                    var own = Enumerable.Range(0, count).Select(row => values[row * table.Dimension + column]);
                    return new Column(field.Name, [.. own.Select(value => field.Decode(value, random))], field.WrittenType);
                }
            ),
        ];
    }

    /// <summary>The same rows, converted to objects of a type.</summary>
    internal static IReadOnlyList<T> Draw<T>(TrainedModel trained, int count, int seed)
    {
        var (shape, table) = (RowShape<T>.Instance, Rows(trained));
        var (values, random) = (DrawnRows(trained, count, seed), new Random(seed));
        return
        [
            .. values
                .Chunk(table.Dimension)
                .Select(row => shape.New([.. table.Fields.Zip(row, (field, value) => (field.Name, RowShape<T>.Value(field, value, random)))])),
        ];
    }

    /// <summary>Returns the rows on the model's scale, N x D, as if read again from a file.</summary>
    internal static float[] Encoded(TrainedModel trained, int count, int seed)
    {
        var table = (TableSchema)trained.Specification.Schema;
        var values = DrawnRows(trained, count, seed);
        for (var i = 0; i < values.Length; i++)
            if (table.Fields[i % table.Dimension] is FittedNumbers number)
                values[i] = number.Scaled(number.Number(values[i]));
        return values;
    }

    private static TableSchema Rows(TrainedModel trained) =>
        trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and draws no rows",
            "take one of a table's rows",
            schema => schema.IsOfRows
        );

    private static float[] DrawnRows(TrainedModel trained, int count, int seed)
    {
        Tensor OfKept(int rows, Device? device)
        {
            var x = tensor(trained.Reference!.Train).view(-1, trained.Specification.Schema.Dimension);
            return trained.Network.Encode(x.index_select(0, RandomOperations.Integers(0, x.shape[0], [rows])), sample: true).Z;
        }
        return Generation
            .Sample(trained, count, seed, draw: true, codes: trained is { Reference: not null, Network.Bottleneck.Prior: not null } ? OfKept : null)
            .Values;
    }
}
