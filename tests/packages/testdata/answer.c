/* A module for Lua: it uses symbols of the program that loads it, and the libc they share. */
#include <lauxlib.h>
#include <math.h>

static int power(lua_State *L) {
	lua_pushnumber(L, pow(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
	return 1;
}

int luaopen_answer(lua_State *L) {
	lua_newtable(L);
	lua_pushcfunction(L, power);
	lua_setfield(L, -2, "power");
	return 1;
}
