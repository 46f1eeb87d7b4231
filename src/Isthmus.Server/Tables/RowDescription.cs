using System.Text.Json.Nodes;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Microsoft.OpenApi;

namespace Isthmus.Server.Tables;

/// <summary>
/// A row of a table as OpenAPI describes it: a property a column, with the range or the categories of training, and an example that is made of each column's
/// middle. The example is none of the rows that the model keeps.
/// </summary>
internal static class RowDescription
{
    private const int MostNamed = 12,
        MostTries = 1000;

    /// <summary>Schema of a row.</summary>
    public static OpenApiSchema Of(TableSchema schema) =>
        new() { Type = JsonSchemaType.Object, Properties = schema.Fields.ToDictionary(column => column.Name, column => (IOpenApiSchema)Column(column)) };

    /// <summary>
    /// An example on the model's scale: numbers at their mean on the column's grid, and the most frequent categories. Where that is a row that the model keeps,
    /// the first number is moved by steps of its grid, or without numbers the categories are varied; null if no try gives another row.
    /// </summary>
    public static float[]? Example(TableSchema schema, ReferenceRows? kept)
    {
        var first = schema.Fields.Index().FirstOrDefault(column => column.Item is FittedNumbers, (-1, null!)).Index;
        for (var step = 0; step < MostTries; step++)
        {
            var rest = first < 0 ? step : 0;
            var row = new float[schema.Dimension];
            foreach (var (place, column) in schema.Fields.Index())
                if (column is FittedNumbers numbers)
                    row[place] = Middle(numbers, place == first ? step : 0);
                else if (column is FittedCategories { Levels.Count: > 0 and var levels })
                    (row[place], rest) = (rest % levels, rest / levels);
            if (rest > 0)
                return null;
            if (kept is null || !Has(kept.Train, row) && !Has(kept.HeldOut, row))
                return row;
        }
        return null;
    }

    /// <summary>A row on the model's scale in the columns' own units, dates as the training file spells them.</summary>
    public static JsonObject Json(TableSchema schema, float[] row) =>
        new(
            schema
                .Fields.Index()
                .Select(column =>
                    KeyValuePair.Create(
                        column.Item.Name,
                        column.Item is FittedNumbers { Kind: ColumnKind.Date } date
                            ? JsonValue.Create(date.Written(date.Number(row[column.Index])))
                            : JsonValue.Create(RowShape<JsonObject>.Value(column.Item, row[column.Index], new(1))) as JsonNode
                    )
                )
        );

    /// <summary>The same as elements of tensors: dates are seconds since 1970, and truth values texts.</summary>
    public static JsonObject Tensors(TableSchema schema, float[] row) =>
        new(
            schema
                .Fields.Index()
                .Select(column =>
                    KeyValuePair.Create(
                        column.Item.Name,
                        (JsonNode?)(
                            column.Item is FittedNumbers numbers
                                ? JsonValue.Create(numbers.Number(row[column.Index]))
                                : JsonValue.Create(column.Item.Decode(row[column.Index], new(1)))
                        )
                    )
                )
        );

    private static OpenApiSchema Column(FittedColumn column) =>
        column switch
        {
            FittedNumbers { Kind: ColumnKind.Date } date => new()
            {
                Type = JsonSchemaType.String | JsonSchemaType.Null,
                Description = $"Date, in training {date.Written(date.Minimum)} to {date.Written(date.Maximum)}.",
            },
            FittedNumbers numbers => new()
            {
                Type = (numbers.Kind is ColumnKind.Integer or ColumnKind.Count ? JsonSchemaType.Integer : JsonSchemaType.Number) | JsonSchemaType.Null,
                Description = $"Number, in training {NumberText.Own(numbers.Minimum, 6)} to {NumberText.Own(numbers.Maximum, 6)}.",
            },
            FittedCategories categories => new()
            {
                Type = JsonSchemaType.String | JsonSchemaType.Boolean | JsonSchemaType.Number | JsonSchemaType.Null,
                Description =
                    $"Category, in training {string.Join(", ", categories.Levels.Take(MostNamed))}"
                    + $"{(categories.Levels.Count > MostNamed ? $" and {categories.Levels.Count - MostNamed} more" : "")}.",
            },
            _ => new(),
        };

    private static float Middle(FittedNumbers column, int steps)
    {
        var number = column.Number(column.Kind == ColumnKind.Count ? (float)column.Center : 0) + steps * (column.Step > 0 ? column.Step : column.Scale / 1000);
        // Beyond the greatest training value it begins again at the least.
        var range = Math.Max(column.Maximum - column.Minimum, double.Epsilon);
        return column.Scaled(number <= column.Maximum ? number : column.Minimum + (number - column.Maximum) % range);
    }

    private static bool Has(float[] rows, float[] row)
    {
        for (var at = 0; at < rows.Length; at += row.Length)
            if (rows.AsSpan(at, row.Length).SequenceEqual(row))
                return true;
        return false;
    }
}
