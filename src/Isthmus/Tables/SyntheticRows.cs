using Isthmus.Codes;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using static TorchSharp.torch;

namespace Isthmus.Tables;

/// <summary>Rows that a model of a table draws.</summary>
public static class SyntheticRows
{
    /// <summary>
    /// Synthetic rows of a table in the columns' own types, ranges and level names: z from the codes of the kept training rows, each
    /// q(z|x) alike, which is the prior that the decoder was trained under (Hoffman and Johnson 2016), and x ~ p(x|z).
    /// </summary>
    /// <param name="trained">A variational model of a table.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="InvalidInputException">The model has no prior, or is not of rows.</exception>
    public static IReadOnlyList<Column> Draw(TrainedModel trained, int count, int seed)
    {
        var table = trained.Specification.Schema.Demand<TableSchema>(
            $"The model is of {trained.Specification.Schema}, and draws no rows",
            "take one of a table's rows",
            schema => schema.IsOfRows
        );
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

    /// <summary>The same rows on the model's scale, N x D: as a file of them would be read again.</summary>
    internal static float[] Encoded(TrainedModel trained, int count, int seed)
    {
        var table = (TableSchema)trained.Specification.Schema;
        var values = DrawnRows(trained, count, seed);
        for (var i = 0; i < values.Length; i++)
            if (table.Fields[i % table.Dimension] is FittedNumbers number)
                values[i] = number.Scaled(number.Number(values[i]));
        return values;
    }

    private static float[] DrawnRows(TrainedModel trained, int count, int seed)
    {
        Tensor OfKept(int rows, Device? device)
        {
            var x = tensor(trained.Reference!.Train).view(-1, trained.Specification.Schema.Dimension);
            return trained.Network.Encode(x.index_select(0, randint(0, x.shape[0], rows)), sample: true).Z;
        }
        return Generation
            .Sample(trained, count, seed, draw: true, codes: trained is { Reference: not null, Network.Bottleneck.Prior: not null } ? OfKept : null)
            .Values;
    }
}
