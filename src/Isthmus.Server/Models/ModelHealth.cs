using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Isthmus.Server.Models;

/// <summary>Health of the models that are served, for the health checks of ASP.NET Core. Safe to use from several threads.</summary>
internal sealed class ModelHealth(ModelRegistry registry) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(
            registry.IsReady
                ? HealthCheckResult.Healthy(Counted.Of(registry.Names.Count, "model"))
                : new(context.Registration.FailureStatus, "The models are being read, or the application ends.")
        );
}
