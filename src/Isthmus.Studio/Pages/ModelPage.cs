using Isthmus.Studio.Models;
using Microsoft.AspNetCore.Components;

namespace Isthmus.Studio.Pages;

/// <summary>
/// A page that shows the model of the run in its address (<c>?run=</c>): opens it, opens another when the address changes, and gives it back when the page is
/// left. Belongs to one connection, and to its thread.
/// </summary>
public abstract class ModelPage : WorkPage
{
    private string? _opened;

    /// <summary>Name of the run; null while none is chosen.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    [Inject]
    private protected OpenModels Models { get; set; } = null!;

    /// <summary>The model; null before it is open.</summary>
    private protected OpenModel? Model { get; private set; }

    /// <summary>True if the page can show a model; one that must wait calls <see cref="OpenAsync"/> when it can.</summary>
    protected virtual bool IsReady => true;

    /// <summary>Clears what the page shows of the model before.</summary>
    protected abstract void Clear();

    /// <summary>Shows the model that has been opened.</summary>
    protected abstract Task ShowAsync();

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => IsReady && Run != _opened ? OpenAsync() : Task.CompletedTask;

    /// <summary>Opens the model of the run and shows it.</summary>
    protected async Task OpenAsync()
    {
        var run = _opened = Run;
        Stop();
        Fault = null;
        Clear();
        if (run is null)
            StateHasChanged();
        else if (await WorkAsync("Reading the model", async cancellationToken =>
            {
                var model = await Models.OpenAsync(run);
                if (cancellationToken.IsCancellationRequested)
                    model.Release();
                cancellationToken.ThrowIfCancellationRequested();
                Model?.Release();
                Model = model;
            }))
            await ShowAsync();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Model?.Release();
        return base.DisposeAsync();
    }
}
