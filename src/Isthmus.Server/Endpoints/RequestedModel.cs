using Isthmus.Server.Models;
using Microsoft.AspNetCore.Http;

namespace Isthmus.Server.Endpoints;

/// <summary>The model that a plain address names.</summary>
internal static class RequestedModel
{
    /// <summary>Returns the model of a request, to be given back after it.</summary>
    public static ModelLease LeaseFor(this ModelRegistry registry, HttpContext context) => registry.Lease((string)context.Request.RouteValues["name"]!);
}
