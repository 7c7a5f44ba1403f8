import { Flights } from "../../../../../bench/remote/link/flights";

describe("flights", () => {
  it("count what the client says after it has heard something, however many pieces it comes in", () => {
    const flights = new Flights();
    for (const who of ["client", "client", "server", "server", "client", "server", "client", "client"]) {
      if (who === "client") flights.clientSent();
      else flights.serverSent();
    }
    expect(flights.take()).toBe(3);
  });

  it("count from nothing again once they were told", () => {
    const flights = new Flights();
    flights.clientSent();
    expect(flights.take()).toBe(1);
    expect(flights.take()).toBe(0);
    flights.clientSent();
    expect(flights.take()).toBe(1);
  });
});
