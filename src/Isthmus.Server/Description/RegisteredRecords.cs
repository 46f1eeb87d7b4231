using System.Text.Json.Nodes;
using Isthmus.Data.Records;
using Isthmus.Data.Tables;
using Isthmus.Server.Models;
using Isthmus.Server.Tables;
using Microsoft.OpenApi;

namespace Isthmus.Server.Description;

/// <summary>Records of a model as OpenAPI describes them, by kind of record: rows have a property a column, and all others say in words what they are.</summary>
internal static class RegisteredRecords
{
    private static readonly MadeByKind<Func<ServedModel, OpenApiSchema>> Schemas = new MadeByKind<Func<ServedModel, OpenApiSchema>>(schema =>
        _ => new() { Description = $"One of {schema}." }
    ).With<TableSchema>(TableKind.Instance, schema => model => RowSchema.Of(schema, model.Trained.Reference));

    /// <summary>Describes a record.</summary>
    public static OpenApiSchema Of(ServedModel model) => Schemas.Of(model.Schema)(model);

    /// <summary>Returns a body of one record, made of its schema's example; null if that has none.</summary>
    public static JsonArray? Example(OpenApiSchema record) => record.Examples is [{ } example] ? [example.DeepClone()] : null;
}
