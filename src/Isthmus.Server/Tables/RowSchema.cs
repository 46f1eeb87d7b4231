using System.Text.Json.Nodes;
using Isthmus.Data.Cells;
using Isthmus.Data.Tables;
using Isthmus.Models;
using Microsoft.OpenApi;

namespace Isthmus.Server.Tables;

/// <summary>
/// A row of a table as OpenAPI describes it: a property a column, with the range or the categories of training, and an example that is made of each column's
/// middle. It is no row of the training table that the model keeps.
/// </summary>
internal static class RowSchema
{
    private const int MostNamed = 12;

    /// <summary>Describes a row.</summary>
    public static OpenApiSchema Of(TableSchema schema, ReferenceRows? kept) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Properties = schema.Fields.ToDictionary(column => column.Name, column => (IOpenApiSchema)Column(column)),
            Examples = [Example(schema, kept)],
        };

    /// <summary>Returns an example: numbers at their mean on the column's grid, and the most frequent categories.</summary>
    public static JsonObject Example(TableSchema schema, ReferenceRows? kept)
    {
        var scaled = new float[schema.Dimension];
        // Where the row of all middles is one that the model keeps, a number is moved by steps until it is none.
        for (var step = 0; step == 0 || IsKept(scaled, kept) && step < 1000; step++)
            foreach (var (place, column) in schema.Fields.Index())
                scaled[place] = column is FittedNumbers numbers ? Middle(numbers, place == FirstNumber(schema) ? step : 0) : 0;
        var row = new JsonObject();
        foreach (var (place, column) in schema.Fields.Index())
            row[column.Name] = column switch
            {
                FittedNumbers { Kind: ColumnKind.Date } date => date.Written(date.Number(scaled[place])),
                FittedNumbers numbers => JsonValue.Create(Math.Round(numbers.Number(scaled[place]), 12)),
                FittedCategories categories => categories.Levels.Count > 0 ? categories.Levels[0] : null,
                _ => null,
            };
        return row;
    }

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
                    $"{(column.Kind == ColumnKind.Boolean ? "Truth value" : "Category")}, in training {string.Join(", ", categories.Levels.Take(MostNamed))}"
                    + $"{(categories.Levels.Count > MostNamed ? $" and {categories.Levels.Count - MostNamed} more" : "")}.",
            },
            _ => new(),
        };

    private static int FirstNumber(TableSchema schema) => schema.Fields.ToList().FindIndex(column => column is FittedNumbers);

    private static float Middle(FittedNumbers column, int steps)
    {
        var number = column.Number(column.Kind == ColumnKind.Count ? (float)column.Center : 0) + steps * (column.Step > 0 ? column.Step : column.Scale / 1000);
        return column.Scaled(number <= column.Maximum ? number : column.Minimum + (number - column.Maximum) % Math.Max(column.Maximum - column.Minimum, 1e-300));
    }

    private static bool IsKept(float[] row, ReferenceRows? kept) => kept is not null && (Has(kept.Train, row) || Has(kept.HeldOut, row));

    private static bool Has(float[] rows, float[] row)
    {
        for (var at = 0; at < rows.Length; at += row.Length)
            if (rows.AsSpan(at, row.Length).SequenceEqual(row))
                return true;
        return false;
    }
}
