# The command in a container, as a user without rights:
#
#     docker build -t isthmus .
#     docker run --rm --read-only --tmpfs /tmp -v "$PWD:/data" isthmus info customers.csv
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/Isthmus.Cli -c Release -o /program

FROM mcr.microsoft.com/dotnet/runtime:10.0
COPY --from=build /program /app
USER $APP_UID
WORKDIR /data
ENTRYPOINT ["/app/isthmus"]
