# %% [markdown]
# Text.

# %%
x = 1
print(x

# %%
%matplotlib inline
x = = 2
